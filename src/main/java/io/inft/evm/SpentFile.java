package io.inft.evm;

import io.inft.bytes.DurableFiles;
import io.inft.failure.InftException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The file {@code spent} of an account. Changed under the lock of its journal only. */
record SpentFile(Path folder) {
  private static final int MAX_FILE_BYTES = 16 << 20;

  Path path() {
    return folder.resolve("spent");
  }

  /** Whole as it was written last; nothing if it is not there. Needs no lock. */
  Expenses read() throws InftException {
    if (!Files.exists(path())) {
      return new Expenses();
    }
    String text = new String(DurableFiles.read(path(), MAX_FILE_BYTES), StandardCharsets.US_ASCII);
    return Expenses.parse(path().toString(), text);
  }

  /** Durable when this returns. */
  void write(Expenses expenses, long nowMillis) throws InftException {
    expenses.tidy(nowMillis);
    DurableFiles.createFolders(folder);
    DurableFiles.replace(path(), expenses.text().getBytes(StandardCharsets.US_ASCII));
  }
}

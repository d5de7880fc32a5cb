package io.inft.jdbc.network;

import io.inft.bytes.Address;
import io.inft.bytes.DurableFiles;
import io.inft.failure.InftException;
import io.inft.failure.SettingException;
import io.inft.jdbc.config.Logging;
import io.inft.store.zerog.FlowPin;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The Flow contract of a chain that this release does not know, trusted at first sight and written
 * down in the home, as the code of a registry is.
 */
final class FlowFile implements FlowPin {
  private static final int MAX_BYTES = 200;

  private final Path folder;
  private final Path file;

  /** What the file was found to hold; it never changes while this process runs. */
  private volatile @Nullable Pinned known;

  /**
   * @param folder of the chain in the home
   */
  FlowFile(Path folder) {
    this.folder = folder;
    this.file = folder.resolve("flow");
  }

  @Override
  public Optional<Pinned> pinned() throws InftException {
    Pinned found = known;
    if (found == null && Files.exists(file)) {
      found = read();
      known = found;
    }
    return Optional.ofNullable(found);
  }

  private Pinned read() throws InftException {
    String text = new String(DurableFiles.read(file, MAX_BYTES), StandardCharsets.US_ASCII).strip();
    try {
      return new Pinned(Address.parse(text), "written down in " + file + " when it was first used");
    } catch (IllegalArgumentException e) {
      throw new SettingException("home", "'" + file + "' holds no address");
    }
  }

  @Override
  public synchronized Pinned trust(Address named) throws InftException {
    Optional<Pinned> before = pinned();
    if (before.isPresent()) {
      return before.get();
    }
    DurableFiles.createFolders(folder);
    DurableFiles.replace(file, named.toString().getBytes(StandardCharsets.US_ASCII));
    Logging.LOG.warn(
        "storage is paid for in Flow contract {}, because the storage nodes name it; it is written"
            + " down in {} and trusted from now on; set flow (ZERO_G_FLOW) to decide it yourself",
        named,
        file);
    return pinned().orElseThrow();
  }
}

package io.inft.capture;

import io.inft.failure.LocalStorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.TimeUnit;

/**
 * What a file looks like from outside. Whoever writes to it changes this, unless they set the time
 * back on purpose.
 *
 * @param sizeBytes -1 where there is no file
 * @param modifiedNanos since 1970
 */
record FileMark(long sizeBytes, long modifiedNanos) {
  private static final FileMark NONE = new FileMark(-1, 0);

  static FileMark of(Path file) throws LocalStorageException {
    try {
      BasicFileAttributes seen = Files.readAttributes(file, BasicFileAttributes.class);
      return new FileMark(seen.size(), seen.lastModifiedTime().to(TimeUnit.NANOSECONDS));
    } catch (NoSuchFileException e) {
      return NONE;
    } catch (IOException e) {
      throw new LocalStorageException(file, "look at", e);
    }
  }
}

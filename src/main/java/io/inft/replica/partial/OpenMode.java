package io.inft.replica.partial;

import io.inft.commit.Manifest;
import io.inft.failure.SettingException;
import java.util.Optional;
import java.util.function.Supplier;

/** Whether a version is used before all of its pages are here. */
public enum OpenMode {
  /** As suits the database's size and what this process can do. */
  AUTO,
  /** Pages come when they are read, the others after that. */
  LAZY,
  /** All pages come first. */
  FULL;

  /** From so many bytes on it pays without being asked for. */
  static final long AUTO_BYTES = 32L << 20;

  /**
   * Why all pages of a version come first, for people; empty if they come later.
   *
   * @param unavailable why this process cannot do otherwise; asked only if it matters, because to
   *     find out takes a while
   * @throws SettingException this process cannot do what was asked for
   */
  public Optional<String> whyWhole(Manifest manifest, Supplier<Optional<String>> unavailable)
      throws SettingException {
    if (this == FULL) {
      return Optional.of("open=full");
    }
    if (manifest.pageCount() == 0) {
      return Optional.of("it has no pages yet");
    }
    if (this == AUTO && manifest.pageCount() * manifest.pageSize() < AUTO_BYTES) {
      return Optional.of("it has less than " + (AUTO_BYTES >> 20) + " MB");
    }
    Optional<String> why = unavailable.get();
    if (this == LAZY && why.isPresent()) {
      throw new SettingException(
          "open",
          "lazy needs net.java.dev.jna:jna beside the driver, and a SQLite that it knows: "
              + why.get()
              + ". Add it, or take open=auto, which fetches all pages first where it must");
    }
    return why;
  }
}

package io.inft.diff;

import java.nio.file.Path;

/** One side of a comparison. */
public sealed interface DiffState {
  /**
   * A published version.
   *
   * @param at its number, a time, its root, or {@code head}
   */
  record Version(String at) implements DiffState {
    public static final String HEAD = "head";

    @Override
    public String toString() {
      return at;
    }
  }

  /**
   * What was put aside on this machine.
   *
   * @param generation its name
   */
  record PutAside(String generation) implements DiffState {
    @Override
    public String toString() {
      return generation;
    }
  }

  /** An empty database, as it was before the first version. */
  record Nothing() implements DiffState {
    @Override
    public String toString() {
      return "nothing";
    }
  }

  /** A SQLite file; it is copied as of one moment and not changed. */
  record Local(Path file) implements DiffState {
    @Override
    public String toString() {
      return file.toString();
    }
  }
}

package io.inft.cli.console;

import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which version may be replaced although nobody can read it: only one that is named. A mixin. */
public final class OverUnreadable {
  @Option(
      names = "--over-unreadable",
      paramLabel = "<version>",
      description =
          "Publish although the newest version, which must be this one, cannot be read: its bytes"
              + " are wrong, or no node has had them for an hour. It stays in the history. Where"
              + " its keyring is lost too, or your secret does not open it, a new key epoch begins"
              + " (for KEYADMIN). What this machine has unpublished is put aside.")
  private @Nullable Long version;

  public OptionalLong version() {
    Long named = version;
    return named == null ? OptionalLong.empty() : OptionalLong.of(named);
  }
}

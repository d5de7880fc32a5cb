package io.inft.custody;

import io.inft.commit.Manifest;
import io.inft.registry.Anchored;
import io.inft.registry.Kind;
import java.util.Optional;

/**
 * A rekey or an archive has the content of the version before it, which is why an account that may
 * change keys and not write may make a rekey. The registry cannot see whether that is so; whoever
 * holds the keys can. Not safe for many threads.
 */
final class RekeyCheck {
  private final Findings findings;

  /** What the next version has if it brings no content; empty if that is not known. */
  private Optional<Manifest> before = Optional.empty();

  private String unread = "";

  RekeyCheck(Findings findings) {
    this.findings = findings;
  }

  /** Versions were left out. */
  void skip() {
    follow(Optional.empty());
  }

  /** What the next version is compared with, if that is known. */
  void follow(Optional<Manifest> manifest) {
    before = manifest;
    unread = "";
  }

  /** The version before could not be read. */
  void cannotFollow(String reason) {
    before = Optional.empty();
    unread = ": " + reason;
  }

  /** A version could not be read. Some leave the content as it was, whatever else they are. */
  void unreadable(Anchored version) {
    if (!bringsNoContent(version)) {
      skip();
    }
  }

  /**
   * The next version.
   *
   * @param content what is sealed in it; empty if that cannot be opened
   * @param sound whether nothing was found against it so far
   */
  void check(HistoryCheck.Judged judged, Optional<SealedCheck.Content> content, boolean sound) {
    Anchored version = judged.version();
    if (bringsNoContent(version)) {
      boolean mayNotWrite = judged.authority().filter(right -> !right.writer()).isPresent();
      compare(version, content, mayNotWrite);
    }
    if (sound && content.isPresent()) {
      follow(content.map(SealedCheck.Content::manifest));
    } else {
      unreadable(version);
    }
  }

  private void compare(
      Anchored version, Optional<SealedCheck.Content> content, boolean mayNotWrite) {
    Optional<String> other =
        version.version() == 1
            ? Optional.of("there is no version before it")
            : content.flatMap(this::difference);
    if (other.isPresent()) {
      findings.add(
          mayNotWrite ? Code.AUTHOR_UNAUTHORIZED : Code.KIND_MISLABELLED,
          version.version(),
          "a version of kind "
              + version.anchor().kind()
              + " by "
              + version.author()
              + (mayNotWrite ? ", who might not write, has other content: " : ": ")
              + other.get());
    } else if (mayNotWrite && (content.isEmpty() || before.isEmpty())) {
      findings.add(
          Code.REKEY_UNCHECKED,
          version.version(),
          "a rekey by "
              + version.author()
              + ", who might not write, has the content of the version before: not checked, because"
              + " "
              + (content.isEmpty() ? "its manifest" : "that of the version before")
              + " was not read"
              + (content.isEmpty() ? "" : unread)
              + "; a full verification with the keys of both can tell");
    }
  }

  private Optional<String> difference(SealedCheck.Content content) {
    return content.events()
        ? Optional.of("it brings events of the application's")
        : before.flatMap(content.manifest()::differsFrom);
  }

  static boolean bringsNoContent(Anchored version) {
    Kind kind = version.anchor().kind();
    return kind.equals(Kind.REKEY) || kind.equals(Kind.ARCHIVE);
  }
}

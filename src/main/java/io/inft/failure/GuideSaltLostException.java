package io.inft.failure;

/**
 * A snapshot of the guide's clients whose key cannot be made again: a password was given and no
 * salt. Their function draws a salt of 128 bits, answers the key alone and keeps neither.
 */
public final class GuideSaltLostException extends InftException {
  private static final long serialVersionUID = 1L;

  private final String file;

  public GuideSaltLostException(String file) {
    super(
        "the salt of '"
            + file
            + "' was not given, and a password alone does not open it: the guide's client draws a"
            + " random salt where none is passed, as with INFT_ENCRYPTION_PASSWORD, and keeps it"
            + " nowhere, so that no later call gets the same key. This is not a wrong password, and"
            + " 128 bits cannot be searched. If you have the salt, or the key (44 characters, or 32"
            + " bytes), give it (--guide-salt, --guide-key-file); else import the database that the"
            + " client encrypted, which it leaves unencrypted (/data/inft_<id>.db)",
        null);
    this.file = file;
  }

  public String file() {
    return file;
  }
}

package io.inft.failure;

/** The part of an event log that was asked for is more than this Java machine can hold at once. */
public final class EventLogTooLongException extends InftException {
  private static final long serialVersionUID = 1L;

  private final long version;
  private final long mostBytes;

  /**
   * @param version the log is read from the newest version down; this is how far it came
   * @param mostBytes what its entries may take
   */
  public EventLogTooLongException(String id, long version, long mostBytes) {
    super(
        "the event log of '"
            + id
            + "' takes more than "
            + mostBytes
            + " bytes of memory, read from the newest version down to version "
            + version
            + ": read a part of it (at=<version> for what a past version had, 'inft events "
            + id
            + " --from <time> --to <time>' or queryEvents for a span of time), or start Java with a"
            + " larger -Xmx",
        null);
    this.version = version;
    this.mostBytes = mostBytes;
  }

  public long version() {
    return version;
  }

  public long mostBytes() {
    return mostBytes;
  }
}

package io.inft.commit;

/**
 * A sealed object that belongs to one version only: its manifest, its SQL log, an event batch.
 *
 * @param type what it is
 * @param index from 0 among the attachments of its type
 * @param location here, or an object of its own
 * @param sizeBytes how many sealed bytes
 */
public record Attachment(AttachmentType type, int index, Location location, long sizeBytes) {
  public Attachment {
    Rules.require(index >= 0 && index <= PackEntry.MAX_INDEX, "an attachment with index " + index);
    Rules.require(
        !(location instanceof Location.Within), "an attachment inside another commit object");
    Rules.requireSize(location, sizeBytes);
  }
}

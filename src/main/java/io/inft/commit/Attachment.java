package io.inft.commit;

/**
 * What belongs to one version only: sealed objects as its manifest, its SQL log, an event batch,
 * and the {@link Archive} it carries.
 *
 * @param type what it is
 * @param index from 0 among the attachments of its type
 * @param location here, or an object of its own
 * @param sizeBytes how many bytes, as they lie there
 */
public record Attachment(AttachmentType type, int index, Location location, long sizeBytes) {
  public Attachment {
    Rules.require(index >= 0 && index <= PackEntry.MAX_INDEX, "an attachment with index " + index);
    Rules.require(
        location instanceof Location.Here || location instanceof Location.Own,
        "an attachment inside another commit object");
    if (type == AttachmentType.ARCHIVE) {
      Rules.requireArchive(index, location, sizeBytes);
    } else {
      Rules.requireSize(location, sizeBytes);
    }
  }
}

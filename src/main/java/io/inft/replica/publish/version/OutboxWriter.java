package io.inft.replica.publish.version;

import io.inft.bytes.Digest;
import io.inft.failure.InftException;
import io.inft.replica.local.PageHashesFile;
import io.inft.replica.local.WriterState;
import io.inft.replica.restore.Keys;
import io.inft.replica.restore.Tip;
import io.inft.store.merkle.ObjectRef;

/**
 * Keeps a sealed version on this disk, forced: its commit object, whose attachments lie there
 * already, and its page hashes. It counts only when the state of the generation names it.
 */
public final class OutboxWriter {
  private final GenerationFolder folder;

  public OutboxWriter(GenerationFolder folder) {
    this.folder = folder;
  }

  public StagedVersion keep(
      VersionOrder order, VersionContent content, PackedPages pages, SealedVersion sealed)
      throws InftException {
    byte[] bytes = sealed.commit().toBytes();
    ObjectRef ref = folder.objects().keep(bytes);
    keepHashes(order, content, pages);
    Keys keys = order.wanted().keys();
    WriterState.Outgoing outgoing =
        new WriterState.Outgoing(
            order.version(),
            sealed.commit().body().previousRoot(),
            ref,
            Digest.sha256(bytes),
            keys.epoch(),
            keys.keyring().hash(),
            order.rotates(),
            sealed.kind(),
            sealed.objects(),
            sealed.inlined());
    return new StagedVersion(
        Tip.of(ref, sealed.commit(), sealed.manifest()),
        outgoing,
        pages.spareUsed(),
        pages.integrity());
  }

  private void keepHashes(VersionOrder order, VersionContent content, PackedPages pages)
      throws InftException {
    PageHashesFile hashes = new PageHashesFile(folder.path());
    boolean isNext =
        order.base().tip().filter(tip -> tip.version() + 1 == order.version()).isPresent();
    if (!isNext || pages.snapshot()) {
      hashes.writeAll(order.version(), order.tree());
    } else {
      hashes.append(order.version(), order.tree(), content.pages().leaves());
    }
  }
}

package io.inft.replica.restore;

import io.inft.bytes.Blob;
import io.inft.bytes.Digest;
import io.inft.commit.CommitChain;
import io.inft.commit.Jump;
import io.inft.replica.local.WriterState;
import java.util.List;

/**
 * What a new version says of the ones before it. Mostly that is read from the version it follows;
 * where that one cannot be read, it is put together from what can.
 *
 * @param version the head that the new version follows
 * @param root of its commit object
 * @param jumps those of the new version
 * @param keyringHash the registry's word on the keyring, which the new version keeps or changes
 * @param applicationEventSequence the newest row of the event table that is in the log
 * @param lineage the event table's life
 * @param eventSequence where the event log stands
 * @param eventHash the event chain's hash there
 */
public record Predecessor(
    long version,
    Digest root,
    List<Jump> jumps,
    Digest keyringHash,
    long applicationEventSequence,
    Blob lineage,
    long eventSequence,
    Digest eventHash) {
  public Predecessor {
    jumps = List.copyOf(jumps);
  }

  /** A version that this machine has. */
  public static Predecessor of(Tip tip, WriterState state) {
    boolean anchored = state.anchored() == tip.version();
    Jump back =
        tip.jump(
            anchored ? state.confirmed().block() : 0,
            anchored ? state.confirmed().timeSeconds() : 0);
    return new Predecessor(
        tip.version(),
        tip.ref().root(),
        CommitChain.jumpsFor(tip.version() + 1, back, tip.commit().body()),
        Digest.sha256(tip.commit().body().keyring().toBytes()),
        tip.manifest().applicationEventSequence(),
        tip.manifest().lineage(),
        tip.manifest().eventSequence(),
        tip.manifest().eventHash());
  }
}

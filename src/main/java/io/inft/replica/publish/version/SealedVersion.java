package io.inft.replica.publish.version;

import io.inft.commit.CommitObject;
import io.inft.commit.SealedManifest;
import io.inft.registry.Kind;
import io.inft.store.merkle.ObjectRef;
import java.util.List;

/**
 * A version whose commit object is signed; nothing names it yet, and it is not on this disk.
 *
 * @param kind what the registry will call it
 * @param objects those of its own beside the commit object; they are on this disk
 * @param inlined whether the commit object goes along with the anchor
 */
public record SealedVersion(
    CommitObject commit,
    SealedManifest manifest,
    Kind kind,
    List<ObjectRef> objects,
    boolean inlined) {
  public SealedVersion {
    objects = List.copyOf(objects);
  }
}

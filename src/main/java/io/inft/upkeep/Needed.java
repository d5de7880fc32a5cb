package io.inft.upkeep;

import io.inft.bytes.Blob;
import io.inft.store.merkle.ObjectRef;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a database needs in storage.
 *
 * @param version the head it was read from
 * @param objects each object once, with what it is: "snapshot 0 of version 3"
 * @param onChain those of them that the registry has too, because they went along with their anchor
 * @param unreadable versions whose commit object cannot be had or read, so that what they need is
 *     not known, and why
 */
public record Needed(
    long version,
    Map<ObjectRef, String> objects,
    Map<ObjectRef, Blob> onChain,
    List<String> unreadable) {
  public Needed {
    objects = Collections.unmodifiableMap(new LinkedHashMap<>(objects));
    onChain = Map.copyOf(onChain);
    unreadable = List.copyOf(unreadable);
  }

  /** How many bytes that are. */
  public long sizeBytes() {
    return objects.keySet().stream().mapToLong(ObjectRef::sizeBytes).sum();
  }

  /** The objects in the order in which they were found, newest version first. */
  public List<ObjectRef> refs() {
    return new ArrayList<>(objects.keySet());
  }
}

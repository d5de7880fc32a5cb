package io.inft.custody;

import io.inft.commit.Location;
import io.inft.failure.InftException;
import io.inft.registry.Anchor;
import io.inft.store.RenewableStore;
import io.inft.store.StoreReader;
import io.inft.store.merkle.ObjectRef;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Until when the storage is paid that the verified versions need, as the network says it: what
 * their authors wrote shows nobody else's payment. It decides no verdict.
 *
 * @param until when the first payment ends
 * @param what ends then
 * @param objects how many were looked up
 * @param unknown of how many no payment is known
 */
public record StoragePaid(Instant until, String what, int objects, int unknown) {
  /**
   * Looks the versions' objects up.
   *
   * @return empty where storage does not end, where nothing is known, and where the network could
   *     not be asked
   */
  static Optional<StoragePaid> of(StoreReader store, List<VersionFact> versions) {
    if (!(store instanceof RenewableStore renewable)) {
      return Optional.empty();
    }
    Map<ObjectRef, String> objects = new LinkedHashMap<>();
    for (VersionFact version : versions) {
      if (version.commit().isPresent()) {
        add(objects, version);
      }
    }
    try {
      Map<ObjectRef, RenewableStore.Paid> paid = renewable.paid(objects.keySet());
      return paid.entrySet().stream()
          .min((one, other) -> one.getValue().until().compareTo(other.getValue().until()))
          .map(
              first ->
                  new StoragePaid(
                      first.getValue().until(),
                      String.valueOf(objects.get(first.getKey())),
                      objects.size(),
                      objects.size() - paid.size()));
    } catch (InftException e) {
      return Optional.empty();
    }
  }

  private static void add(Map<ObjectRef, String> objects, VersionFact version) {
    Anchor anchor = version.anchored().anchor();
    String commit = "commit object of version " + anchor.version();
    if (!version.anchored().inlined()) {
      objects.putIfAbsent(new ObjectRef(anchor.root(), anchor.sizeBytes()), commit);
    }
    for (ObjectFact fact : version.objects()) {
      if (fact.location() instanceof Location.Own own) {
        String name = fact.type() + " " + fact.index() + " of version " + fact.producedBy();
        objects.putIfAbsent(new ObjectRef(own.root(), fact.sizeBytes()), name);
      }
    }
  }
}

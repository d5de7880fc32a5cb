package io.inft.replica.publish.version;

import io.inft.bytes.Address;
import io.inft.commit.PackEnd;
import io.inft.commit.PackEntry;
import io.inft.failure.InftException;
import io.inft.failure.ReadOnlyException;
import io.inft.pack.state.StateRoot;
import io.inft.replica.restore.DatabaseScope;
import io.inft.replica.restore.PackAccess;
import io.inft.replica.restore.Tip;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells readers where the long packs of a version end. What the version before told is told again;
 * a pack that is listed for the first time is on this disk, and looked into. Of what another
 * account told, the digests of parts are not: who reads by them believes the author of the version
 * he opens, and this one did not look.
 */
final class PackEnds {
  private static final Logger LOG = LoggerFactory.getLogger(PackEnds.class);

  private PackEnds() {}

  static List<PackEnd> of(
      DatabaseScope scope, GenerationFolder folder, VersionOrder order, List<PackEntry> packs)
      throws ReadOnlyException {
    if (folder.stateKey().kind() == StateRoot.PAGES) {
      return List.of();
    }
    PackAccess access = new PackAccess(folder.objects(), scope.context(), scope.commits());
    Address author = scope.signer().address();
    List<PackEnd> ends = new ArrayList<>();
    for (int place = 0; place < packs.size(); place++) {
      PackEntry pack = packs.get(place);
      Optional<Integer> before = order.base().tip().flatMap(tip -> placeIn(tip, pack));
      try {
        Optional<PackEnd> end =
            before.isPresent()
                ? told(order.base().tip().get(), before.get(), place, author)
                : access.end(place, pack, order.wanted().keys(), folder.stateKey());
        end.ifPresent(ends::add);
      } catch (InftException e) {
        LOG.debug("readers have to find out themselves where a pack ends", e);
      }
    }
    return ends;
  }

  private static Optional<Integer> placeIn(Tip tip, PackEntry pack) {
    List<PackEntry> packs = tip.commit().body().restoreSet();
    for (int i = 0; i < packs.size(); i++) {
      PackEntry one = packs.get(i);
      if (one.type() == pack.type()
          && one.producedBy() == pack.producedBy()
          && one.index() == pack.index()) {
        return Optional.of(i);
      }
    }
    return Optional.empty();
  }

  private static Optional<PackEnd> told(Tip tip, int before, int place, Address author) {
    boolean isOwn = tip.commit().body().author().equals(author);
    return tip.ends().stream()
        .filter(end -> end.place() == before)
        .findFirst()
        .map(end -> end.at(place).withPart(end.part().filter(part -> isOwn)));
  }
}

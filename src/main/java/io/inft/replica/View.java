package io.inft.replica;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inft.bytes.UnixTime;
import io.inft.commit.PackEntry;
import io.inft.failure.InftException;
import io.inft.registry.Anchored;
import io.inft.registry.DatabaseId;
import io.inft.registry.Head;
import io.inft.registry.RegistryReader;
import java.util.List;

/** What people and programs are shown, as JSON. */
final class View {
  static final ObjectMapper JSON = new ObjectMapper();

  private View() {}

  static String status(Site site, Line line, Publisher publisher) throws InftException {
    LineState state = line.state();
    ObjectNode json = JSON.createObjectNode();
    json.put("id", site.id().toString());
    json.put("network", site.network().name());
    json.put("store", site.store().describe());
    json.put("registry", site.registry().describe());
    json.put("mode", line.keysOnly().isPresent() ? "ro" : "rw");
    line.keysOnly().ifPresent(reason -> json.put("reason", reason));
    json.put("version", state.anchored());
    json.put("root", state.anchoredRoot().toString());
    json.put("staged", state.newest());
    json.put("generation", line.generation().toString());
    put(json, line.unpublished());
    json.put("lagMillis", publisher.lag().toMillis());
    json.put("fork", publisher.isFork());
    ArrayNode forks = json.putArray("forks");
    for (Fork fork : WorkingCopy.forks(site.workingCopy().folder())) {
      if (fork.isPending()) {
        forks.add(fork(fork));
      }
    }
    publisher
        .lastFailure()
        .ifPresent(failure -> json.put("lastFailure", String.valueOf(failure.getMessage())));
    if (!line.integrity().warnings().isEmpty()) {
      line.integrity().warnings().forEach(json.putArray("integrity")::add);
    }
    line.tip()
        .ifPresent(
            tip -> {
              json.put("pages", tip.manifest().pageCount());
              json.put("pageSize", tip.manifest().pageSize());
              json.put("keyEpoch", tip.commit().body().epoch());
              List<PackEntry> packs = tip.commit().body().restoreSet();
              json.put("packs", packs.size());
              json.put("snapshotVersion", packs.get(0).toVersion());
              json.put("packBytes", packs.stream().mapToLong(PackEntry::sizeBytes).sum());
              packs.stream()
                  .mapToLong(PackEntry::storedAtSeconds)
                  .min()
                  .ifPresent(oldest -> json.put("oldestPack", UnixTime.instant(oldest).toString()));
            });
    return json.toString();
  }

  /** What is not published, as a connection and a command show it. */
  static void put(ObjectNode json, Lag unpublished) {
    json.put("unpublishedCommits", unpublished.commits());
    json.put("unpublishedPages", unpublished.pages());
    json.put("unpublishedBytes", unpublished.bytes());
    json.put("unpublishedVersions", unpublished.versions());
    unpublished.since().ifPresent(since -> json.put("unpublishedSince", since.toString()));
    if (!unpublished.exact()) {
      json.put("unpublishedExact", false);
    }
  }

  /** What was put aside, as commands and functions show it. */
  static ObjectNode fork(Fork fork) {
    ObjectNode json = JSON.createObjectNode();
    json.put("generation", fork.name());
    json.put("kind", fork.kind().word());
    json.put("reason", fork.reason());
    fork.at().ifPresent(at -> json.put("at", at.toString()));
    json.put("baseVersion", fork.baseVersion());
    json.put("stagedVersions", fork.stagedVersions());
    fork.commits().ifPresent(commits -> json.put("commits", commits));
    fork.pages().ifPresent(pages -> json.put("pages", pages));
    fork.told().ifPresent(told -> json.put("told", told.toString()));
    fork.acknowledged().ifPresent(at -> json.put("acknowledged", at.toString()));
    json.put("folder", fork.generation().toString());
    return json;
  }

  static String history(RegistryReader registry, DatabaseId id) throws InftException {
    Head head = registry.head(id);
    ArrayNode json = JSON.createArrayNode();
    List<Anchored> versions =
        head.version() == 0 ? List.of() : registry.history(id, 1, head.version());
    for (int i = versions.size() - 1; i >= 0; i--) {
      Anchored version = versions.get(i);
      json.addObject()
          .put("version", version.version())
          .put("time", UnixTime.instant(version.block().timeSeconds()).toString())
          .put("author", version.author().toString())
          .put("kind", version.anchor().kind().word())
          .put("root", version.anchor().root().toString())
          .put("checksum", version.anchor().checksum().hex())
          .put("sizeBytes", version.anchor().sizeBytes())
          .put("keyEpoch", version.anchor().keyEpoch())
          .put("block", version.block().number());
    }
    return json.toString();
  }
}

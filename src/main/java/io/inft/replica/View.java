package io.inft.replica;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inft.bytes.UnixTime;
import io.inft.failure.InftException;
import io.inft.registry.Anchored;
import io.inft.registry.DatabaseId;
import io.inft.registry.Head;
import io.inft.registry.RegistryReader;
import io.inft.replica.local.Fork;
import io.inft.replica.local.Lag;
import java.util.List;

/** What people and programs are shown, as JSON. */
public final class View {
  public static final ObjectMapper JSON = new ObjectMapper();

  private View() {}

  static String status(DatabaseStatus status) {
    ObjectNode json = JSON.createObjectNode();
    json.put("id", status.id().toString());
    json.put("network", status.network());
    json.put("store", status.store());
    json.put("registry", status.registry());
    json.put("mode", status.readOnlyReason().isPresent() ? "ro" : "rw");
    status.readOnlyReason().ifPresent(reason -> json.put("reason", reason));
    json.put("version", status.version());
    json.put("root", status.root());
    status.line().ifPresent(line -> put(json, line));
    ArrayNode forks = json.putArray("forks");
    status.forks().forEach(fork -> forks.add(fork(fork)));
    status.content().ifPresent(content -> put(json, content));
    return json.toString();
  }

  private static void put(ObjectNode json, DatabaseStatus.WrittenLine line) {
    json.put("staged", line.staged());
    json.put("generation", line.generation().toString());
    put(json, line.unpublished());
    json.put("lagMillis", line.lag().toMillis());
    json.put("fork", line.isFork());
    line.lastFailure().ifPresent(failure -> json.put("lastFailure", failure));
    if (!line.integrity().isEmpty()) {
      line.integrity().forEach(json.putArray("integrity")::add);
    }
  }

  private static void put(ObjectNode json, DatabaseStatus.Content content) {
    json.put("pages", content.pages());
    json.put("pageSize", content.pageSize());
    json.put("keyEpoch", content.keyEpoch());
    json.put("packs", content.packs());
    json.put("snapshotVersion", content.snapshotVersion());
    json.put("packBytes", content.packBytes());
    content.oldestPack().ifPresent(oldest -> json.put("oldestPack", oldest.toString()));
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

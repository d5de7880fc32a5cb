package io.inft.jdbc;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inft.bytes.JsonMappers;
import io.inft.bytes.Trust;
import io.inft.failure.TokenAmount;
import io.inft.registry.Anchored;
import io.inft.replica.DatabaseStatus;
import io.inft.replica.local.Fork;
import io.inft.replica.local.Lag;
import io.inft.replica.publish.InlinedTail;
import io.inft.replica.publish.policy.Money;
import io.inft.replica.restore.LogEntry;
import io.inft.replica.restore.VersionDetails;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The JSON that the SQL functions answer with and commands print. Nothing inside reads it again:
 * programs in Java have the values.
 */
public final class DatabaseJson {
  /** Numbers of an application's payload stay what they are. */
  private static final ObjectMapper JSON =
      JsonMappers.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private DatabaseJson() {}

  /** How a connection's database stands. */
  public static ObjectNode status(DatabaseStatus status) {
    ObjectNode json = JSON.createObjectNode();
    json.put("id", status.id().toString());
    json.put("network", status.network());
    json.put("store", status.store());
    json.put("registry", status.registry());
    put(json, status.trust());
    json.put("mode", status.readOnlyReason().isPresent() ? "ro" : "rw");
    status.readOnlyReason().ifPresent(reason -> json.put("reason", reason));
    json.put("version", status.version());
    json.put("root", status.root().toString());
    status.line().ifPresent(line -> put(json, line));
    json.set("forks", forks(status.forks()));
    status.content().ifPresent(content -> put(json, content));
    status.reading().ifPresent(reading -> put(json, reading));
    return json;
  }

  /**
   * Adds how far the registry's endpoints are believed; how each stands only where they are
   * compared.
   */
  public static void put(ObjectNode json, Trust trust) {
    json.put("trust", trust.level().name());
    if (trust.level() == Trust.Level.L0) {
      return;
    }
    json.put("quorum", trust.need());
    if (trust.behind() > 0) {
      json.put("blocksBehind", trust.behind());
    }
    ArrayNode endpoints = json.putArray("endpoints");
    for (Trust.Endpoint endpoint : trust.endpoints()) {
      ObjectNode node = endpoints.addObject();
      node.put("name", endpoint.name()).put("standing", endpoint.standing());
      if (endpoint.dissents() > 0) {
        node.put("dissents", endpoint.dissents());
      }
    }
  }

  private static void put(ObjectNode json, DatabaseStatus.Reading reading) {
    reading.isFinal().ifPresent(isFinal -> json.put("final", isFinal));
    if (reading.way().isPresent()) {
      json.put("follows", reading.way().get().name().toLowerCase(Locale.ROOT));
      reading.lastNews().ifPresent(last -> json.put("lastNews", last.toString()));
      json.put("newsSince", reading.newsSince());
    }
    putOpening(json, reading.whyWhole(), reading.pages());
  }

  private static void putOpening(
      ObjectNode json, Optional<String> whyWhole, Optional<DatabaseStatus.Pages> arriving) {
    json.put("open", whyWhole.isPresent() ? "full" : "lazy");
    whyWhole.ifPresent(why -> json.put("openFullBecause", why));
    arriving.ifPresent(
        pages -> {
          ObjectNode node = json.putObject("hydration");
          node.put("pages", pages.all());
          node.put("missing", pages.missing());
          node.put("state", pages.state().name().toLowerCase(Locale.ROOT));
          pages.failure().ifPresent(failure -> node.put("failure", failure));
        });
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
    if (line.staged() > 0) {
      put(json, line.inlined());
    }
    line.paidUntil().ifPresent(until -> json.put("paidUntil", until.toString()));
    putOpening(json, line.whyWhole(), line.pages());
    boolean waits = line.unpublished().commits() > 0 || line.unpublished().versions() > 0;
    line.money().ifPresent(money -> put(json, money, waits, Instant.now()));
  }

  /**
   * Adds what an account spends.
   *
   * @param waits whether anything is to be published
   */
  public static void put(ObjectNode json, Money money, boolean waits, Instant now) {
    ObjectNode node = json.putObject("money");
    node.put("account", money.account());
    money.plan().ifPresent(plan -> node.put("budget", plan.budget().text()));
    node.put("since", money.since().toString());
    node.put("spent0G", TokenAmount.exact(money.spentWei()));
    money.plan().ifPresent(plan -> put(node, plan, waits, now));
    money
        .last()
        .ifPresent(
            last ->
                node.putObject("lastPublish")
                    .put("road", last.inlined() ? "inlined" : "stored")
                    .put("bytes", last.bytes())
                    .put("gas", last.price().gas())
                    .put("gasPriceGwei", TokenAmount.gwei(last.gasPriceWei()))
                    .put("storageFee0G", TokenAmount.exact(last.price().valueWei()))
                    .put("price0G", TokenAmount.exact(last.price().wei())));
    money.balanceWei().ifPresent(wei -> node.put("balance0G", TokenAmount.exact(wei)));
    money.lasts().ifPresent(lasts -> node.put("lastsHours", lasts.toHours()));
  }

  private static void put(ObjectNode node, Money.Planned plan, boolean waits, Instant now) {
    node.put("left0G", TokenAmount.exact(plan.leftWei()));
    node.put("reserved0G", TokenAmount.exact(plan.reservedWei()));
    node.put("until", plan.until().toString());
    node.put("publishesLeft", plan.publishesLeft());
    node.put("stepSeconds", plan.step().toSeconds());
    if (plan.isSlow()) {
      node.put("slowerThanMaxLag", true);
    }
    if (waits) {
      node.put("nextPublish", plan.next().toString());
      plan.waitsFor(now).ifPresent(reason -> node.put("waitsFor", reason));
    }
  }

  private static void put(ObjectNode json, InlinedTail inlined) {
    json.put("road", inlined.versions() > 0 ? "inlined" : "stored");
    if (inlined.versions() > 0) {
      json.put("inlinedVersions", inlined.versions());
      json.put("inlinedFrom", inlined.first());
      json.put("inlinedBlock", inlined.block());
      inlined.since().ifPresent(since -> json.put("inlinedSince", since.toString()));
      inlined.due().ifPresent(due -> json.put("inlinedUntil", due.toString()));
      if (inlined.storeLost()) {
        json.put("storeUnreachable", true);
      }
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

  /** Adds what is not published. */
  public static void put(ObjectNode json, Lag unpublished) {
    json.put("unpublishedCommits", unpublished.commits());
    json.put("unpublishedPages", unpublished.pages());
    json.put("unpublishedBytes", unpublished.bytes());
    json.put("unpublishedVersions", unpublished.versions());
    unpublished.since().ifPresent(since -> json.put("unpublishedSince", since.toString()));
    if (!unpublished.exact()) {
      json.put("unpublishedExact", false);
    }
  }

  /** What was put aside. */
  public static ArrayNode forks(List<Fork> forks) {
    ArrayNode json = JSON.createArrayNode();
    forks.forEach(fork -> json.add(fork(fork)));
    return json;
  }

  private static ObjectNode fork(Fork fork) {
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

  /** Versions, in the order given. */
  public static ArrayNode history(List<Anchored> versions) {
    ArrayNode json = JSON.createArrayNode();
    for (Anchored version : versions) {
      json.addObject()
          .put("version", version.version())
          .put("time", version.block().time().toString())
          .put("author", version.author().toString())
          .put("kind", version.anchor().kind().word())
          .put("root", version.anchor().root().toString())
          .put("checksum", version.anchor().checksum().hex())
          .put("sizeBytes", version.anchor().sizeBytes())
          .put("keyEpoch", version.anchor().keyEpoch())
          .put("block", version.block().number())
          .put("road", version.inlined() ? "inlined" : "stored");
    }
    return json;
  }

  /** Adds to a version of {@link #history} what its objects and the chain say. */
  public static void put(ObjectNode json, VersionDetails details) {
    details.bytes().ifPresent(bytes -> json.put("bytes", bytes));
    details.sqlCommits().ifPresent(commits -> json.put("sqlCommits", commits));
    details
        .transaction()
        .ifPresent(
            mined ->
                json.put("transaction", mined.hash().toString())
                    .put("gas", mined.gas())
                    .put("fee0G", TokenAmount.exact(mined.feeWei())));
  }

  /** Entries of the event log, in the order given. */
  public static ArrayNode log(List<LogEntry> entries) {
    ArrayNode json = JSON.createArrayNode();
    for (LogEntry entry : entries) {
      if (entry instanceof LogEntry.Recorded recorded) {
        put(json.addObject(), recorded);
      } else if (entry instanceof LogEntry.Marked marked) {
        put(json.addObject(), marked);
      }
    }
    return json;
  }

  private static void put(ObjectNode json, LogEntry.Recorded entry) {
    json.put("sequence", entry.sequence());
    json.put("time", entry.time().toString());
    json.put("source", entry.isApplications() ? "application" : "driver");
    json.put("type", entry.type());
    json.put("version", entry.version());
    entry.row().ifPresent(row -> json.put("seq", row));
    json.set("payload", payload(entry.payload()));
  }

  /** As the value it is; as text if it is not one JSON value. */
  private static JsonNode payload(String text) {
    try {
      JsonNode value = JSON.readTree(text);
      return value.isMissingNode() ? JSON.getNodeFactory().textNode(text) : value;
    } catch (JsonProcessingException notJson) {
      return JSON.getNodeFactory().textNode(text);
    }
  }

  private static void put(ObjectNode json, LogEntry.Marked entry) {
    json.put("time", entry.time().toString());
    json.put("source", "log");
    json.put("type", entry.type());
    json.put("version", entry.version());
    json.putObject("payload").put("reason", entry.reason());
  }
}

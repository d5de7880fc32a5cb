package io.inft.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.bytes.Address;
import io.inft.bytes.Digest;
import io.inft.bytes.Trust;
import io.inft.lazy.HydrationProgress;
import io.inft.registry.Anchor;
import io.inft.registry.Anchored;
import io.inft.registry.Block;
import io.inft.registry.DatabaseId;
import io.inft.registry.HeadNews;
import io.inft.registry.Kind;
import io.inft.replica.DatabaseStatus;
import io.inft.replica.local.Fork;
import io.inft.replica.local.Lag;
import io.inft.replica.publish.InlinedTail;
import io.inft.replica.restore.LogEntry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Programs read these answers: what stands here stays as it is. */
class DatabaseJsonTest {
  private static final Digest ROOT = Digest.parse("ab".repeat(32));
  private static final Instant TIME = Instant.parse("2026-01-31T12:00:00Z");

  private static String quoted(String json) {
    return json.replace('\'', '"');
  }

  @Test
  void aStatusWithEverythingInIt() throws Exception {
    Fork fork =
        new Fork(
            Path.of("/home/gen-000001"),
            Fork.Kind.FORK,
            "another writer was first",
            Optional.of(TIME),
            6,
            1,
            OptionalLong.of(2),
            OptionalLong.of(5),
            Optional.of(TIME),
            Optional.empty());
    DatabaseStatus status =
        new DatabaseStatus(
            DatabaseId.parse("notes"),
            "embedded",
            "a store",
            "a registry",
            new Trust(
                Trust.Level.L1,
                2,
                List.of(
                    new Trust.Endpoint("https://a", Trust.Endpoint.AGREES, 0),
                    new Trust.Endpoint("https://b", "differed about a block", 3)),
                4),
            Optional.empty(),
            7,
            ROOT,
            Optional.of(
                new DatabaseStatus.WrittenLine(
                    8,
                    Path.of("/home/gen-000002"),
                    new Lag(3, 4, 16384, 1, Optional.of(TIME), false),
                    Duration.ofMillis(1500),
                    false,
                    Optional.of("no money"),
                    List.of("row 3 breaks CHECK"),
                    new InlinedTail(
                        2, 7, 41, Optional.of(TIME), Optional.of(TIME.plusSeconds(1800)), true),
                    Optional.of(TIME),
                    Optional.empty(),
                    Optional.of("it was begun here"),
                    Optional.empty())),
            List.of(fork),
            Optional.of(new DatabaseStatus.Content(40, 4096, 2, 3, 5, 9000, Optional.of(TIME))),
            Optional.of(
                new DatabaseStatus.Reading(
                    Optional.of(false),
                    Optional.of(HeadNews.Way.FILTER),
                    Optional.of(TIME),
                    true,
                    Optional.empty(),
                    Optional.of(
                        new DatabaseStatus.Pages(
                            40, 7, HydrationProgress.State.WAITING, Optional.of("no store"))))));

    assertThat(DatabaseJson.status(status).toString())
        .isEqualTo(
            quoted(
                "{'id':'notes','network':'embedded','store':'a store','registry':'a registry',"
                    + "'trust':'L1','quorum':2,'blocksBehind':4,'endpoints':["
                    + "{'name':'https://a','standing':'agrees'},"
                    + "{'name':'https://b','standing':'differed about a block','dissents':3}],"
                    + "'mode':'rw','version':7,'root':'"
                    + ROOT
                    + "','staged':8,'generation':'/home/gen-000002','unpublishedCommits':3,"
                    + "'unpublishedPages':4,'unpublishedBytes':16384,'unpublishedVersions':1,"
                    + "'unpublishedSince':'2026-01-31T12:00:00Z','unpublishedExact':false,'lagMillis':1500,'fork':false,'lastFailure':'no"
                    + " money','integrity':['row 3 breaks"
                    + " CHECK'],'road':'inlined','inlinedVersions':2,"
                    + "'inlinedFrom':7,'inlinedBlock':41,'inlinedSince':'2026-01-31T12:00:00Z','inlinedUntil':'2026-01-31T12:30:00Z','storeUnreachable':true,'paidUntil':'2026-01-31T12:00:00Z','open':'lazy','openFullBecause':'it"
                    + " was begun"
                    + " here','forks':[{'generation':'gen-000001','kind':'fork','reason':'another"
                    + " writer was first',"
                    + "'at':'2026-01-31T12:00:00Z','baseVersion':6,'stagedVersions':1,'commits':2,"
                    + "'pages':5,'told':'2026-01-31T12:00:00Z','folder':'/home/gen-000001'}],"
                    + "'pages':40,'pageSize':4096,'keyEpoch':2,'packs':3,'snapshotVersion':5,"
                    + "'packBytes':9000,'oldestPack':'2026-01-31T12:00:00Z',"
                    + "'final':false,'follows':'filter','lastNews':'2026-01-31T12:00:00Z',"
                    + "'newsSince':true,'hydration':{'pages':40,'missing':7,'state':'waiting','failure':'no"
                    + " store'}}"));
  }

  @Test
  void aVersionOfAnUnknownKindAtAnImpossibleTimeIsShown() {
    Anchored version =
        new Anchored(
            new Anchor(9, ROOT, ROOT, 512, Digest.parse("ef".repeat(32)), 1, ROOT, new Kind(7)),
            Address.parse("0x" + "12".repeat(20)),
            ROOT,
            0,
            new Block(40, ROOT, Long.MAX_VALUE),
            39,
            false);

    assertThat(DatabaseJson.history(List.of(version)).get(0).path("kind").asText())
        .isEqualTo("unknown-7");
    assertThat(DatabaseJson.history(List.of(version)).get(0).path("time").asText())
        .isEqualTo(Instant.MAX.truncatedTo(ChronoUnit.SECONDS).toString());
    assertThat(DatabaseJson.history(List.of()).toString()).isEqualTo("[]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"a\": [1, 2]} | {\"a\":[1,2]}",
        "12345678901234567890123 | 12345678901234567890123",
        "0.1000000000000000000001 | 0.1000000000000000000001",
        "1.50 | 1.50",
        "1e400 | 1E+400",
        "null | null",
        "no json | \"no json\"",
        "{} {} | \"{} {}\"",
        "`` | \"\"",
        "{\"a\" | \"{\\\"a\\\"\"",
      })
  void aPayloadIsTheValueItIsOrElseText(String payload, String shown) {
    LogEntry entry = new LogEntry.Recorded(1, 4, TIME, "future", payload, OptionalLong.of(2));

    assertThat(DatabaseJson.log(List.of(entry)).get(0).get("payload").toString()).isEqualTo(shown);
    assertThat(DatabaseJson.log(List.of(entry)).toString())
        .startsWith(
            quoted(
                "[{'sequence':4,'time':'2026-01-31T12:00:00Z','source':'application',"
                    + "'type':'future','version':1,'seq':2,'payload':"));
  }
}

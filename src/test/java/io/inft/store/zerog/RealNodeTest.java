package io.inft.store.zerog;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.bytes.SigningKey;
import io.inft.devnet.DevNode;
import io.inft.devnet.Misbehaviour.Kind;
import io.inft.evm.MemoryJournal;
import io.inft.failure.StoreUnavailableException;
import io.inft.store.merkle.ObjectRef;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the real node does and a simpler one would not. */
class RealNodeTest extends TwoFullNodes {
  private static long seconds(long since) {
    return Duration.ofNanos(System.nanoTime() - since).toSeconds();
  }

  /** Before, it was waited for half of the patience: two and a half minutes. */
  @Test
  void whatANodeForgotIsSentAgainSoon() throws Exception {
    byte[] object = bytes(3 * SEGMENT);
    try (ZeroGStore slow =
        network.store(
            network
                .settings()
                .withCalls(1, 1)
                .withTimes(Duration.ofMinutes(5), Duration.ofMillis(100)),
            network.account(),
            new MemoryJournal())) {
      first.next(1, Kind.LOSE, "zgs_upload");
      first.next(1, Kind.AMNESIA, "zgs_upload");
      long begun = System.nanoTime();
      ObjectRef ref = put(slow, object);

      assertThat(seconds(begun)).isLessThan(20);
      assertThat(slow.open(ref).readAll(object.length)).isEqualTo(object);
    }
    assertThat(paid()).isEqualTo(1);
  }

  @Test
  void aSubmissionThatIsMissingForAMomentIsLookedForAgain() throws Exception {
    first.next(3, Kind.MISSING_TX, "zgs_upload");
    byte[] object = bytes(SEGMENT + 1);

    ObjectRef ref = put(store, object);

    assertThat(store.open(ref).readAll(object.length)).isEqualTo(object);
    assertThat(network.devnet().nodes().get(0).calls().of("zgs_upload"))
        .as("it went on with the same node")
        .isPositive();
    assertThat(paid()).isEqualTo(1);
  }

  /** The chain took the submission back, and a node does not know yet. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aNodeThatRemembersWhatTheChainTookBackIsNotBelieved(boolean isFinished) throws Exception {
    byte[] object = bytes(SEGMENT + 5);
    SigningKey theirs = network.account();
    if (!isFinished) {
      first.next(1000, Kind.DROP, "zgs_upload");
      second.next(1000, Kind.DROP, "zgs_upload");
    }
    try (ZeroGStore other = network.store(network.settings(), theirs, new MemoryJournal())) {
      put(other, object);
      assertThat(isFinished).isTrue();
    } catch (StoreUnavailableException e) {
      assertThat(isFinished).isFalse();
    }
    network.behave();
    assertThat(paid()).isEqualTo(1);
    first.start(Kind.STALE);
    second.start(Kind.STALE);
    network.devnet().anvil().control("anvil_reorg", 1, List.of());
    assertThat(paid()).as("the chain knows nothing of it").isZero();

    Thread behaving =
        new Thread(
            () -> {
              try {
                while (paid() == 0) {
                  Thread.sleep(20);
                }
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
              network.behave();
            });
    behaving.start();
    ObjectRef ref = put(store, object);
    behaving.join(30_000);

    assertThat(paid()).as("registered anew").isEqualTo(1);
    assertThat(store.open(ref).readAll(object.length)).isEqualTo(object);
  }

  @Test
  void aSegmentThatCannotBeProvedIsReadAllTheSame() throws Exception {
    byte[] object = bytes(3 * SEGMENT + 9);
    ObjectRef ref = put(store, object);
    first.next(1, Kind.NO_PROOF, "WithProof");
    second.next(1, Kind.NO_PROOF, "WithProof");
    long before = unproved();

    assertThat(store.open(ref).readAll(object.length)).isEqualTo(object);
    assertThat(unproved() - before).isPositive();
  }

  @Test
  void anObjectOfOneSegmentNeedsNoProof() throws Exception {
    byte[] object = bytes(400);
    ObjectRef ref = put(store, object);
    first.start(Kind.NO_PROOF);
    second.start(Kind.NO_PROOF);

    assertThat(store.open(ref).readAll(object.length)).isEqualTo(object);
  }

  private static long unproved() {
    return network.devnet().nodes().stream()
        .mapToLong(node -> node.calls().of("zgs_downloadSegmentByTxSeq"))
        .sum();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "application/json | {broken | 200 | -32700",
        "application/json |"
            + " {\"id\":1,\"method\":\"zgs_getFileInfo\",\"params\":[\"0x0000000000000000000000000000000000000000000000000000000000000000\"]}"
            + " | 200 | -32602",
        "application/json | {\"id\":1,\"method\":\"zgs_getFileInfoByTxSeq\",\"params\":[-1]} | 200"
            + " | -32602",
        "text/plain | {\"id\":1,\"method\":\"zgs_getStatus\",\"params\":[]} | 415 | "
      })
  void answersOddQuestionsAsTheRealOneDoes(String type, String body, int status, String code)
      throws Exception {
    DevNode node = network.devnet().nodes().get(0);
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(node.address())
                    .header("Content-Type", type)
                    .POST(HttpRequest.BodyPublishers.ofString(body))
                    .build(),
                HttpResponse.BodyHandlers.ofString());

    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.body()).contains(code == null ? "" : "\"code\":" + code);
  }
}

package io.inft.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.inft.bytes.Trust;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
import io.inft.failure.RevertedException;
import io.inft.failure.RpcErrorException;
import io.inft.failure.RpcUnavailableException;
import io.inft.failure.SplitViewException;
import io.inft.failure.TooFewEndpointsException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of the answers of several endpoints; what they say is made up here. */
class QuorumTest {
  private static final String FACT = "a fact";

  private static Quorum quorum(int need, int of) {
    List<URI> addresses = new ArrayList<>();
    for (int i = 0; i < of; i++) {
      addresses.add(URI.create("http://rpc-" + (char) ('a' + i)));
    }
    return Quorum.of(addresses, need, RpcSettings.STANDARD.withCallTimeout(Duration.ofSeconds(1)));
  }

  /** Endpoint a says the first letter, b the second, and so on. */
  private static char letterOf(JsonRpc endpoint, String letters) {
    return letters.charAt(endpoint.describe().charAt("http://rpc-".length()) - 'a');
  }

  /** "-" does not answer, "!" answers with an error, "x" reverts, "?" is no answer. */
  private static String say(JsonRpc endpoint, String letters) throws InftException {
    char letter = letterOf(endpoint, letters);
    switch (letter) {
      case '-' -> throw new RpcUnavailableException(endpoint.describe(), "m", "refused", null);
      case '!' -> throw new RpcErrorException(endpoint.describe(), "m", -32000, "pruned", null);
      case '?' -> throw new CorruptObjectException("answer", 0, "is none");
      case 'x' -> throw new RevertedException("ask", "No()", "0x01");
      default -> {
        return String.valueOf(letter);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "2, AAA, A",
    "2, AAB, A",
    "2, BAA, A",
    "2, A-A, A",
    "2, A!A, A",
    "2, A?A, A",
    "2, AxA, A",
    "2, AA, A",
    "3, AABAB, A",
    "2, xAx, REVERTED",
    "2, ABC, SPLIT",
    "2, AB-, SPLIT",
    "2, AB, SPLIT",
    "2, Ax, SPLIT",
    "3, AABB-, SPLIT",
    "2, A--, FEW",
    "2, ---, FEW",
    "2, A-, FEW",
    "2, A!, ERROR",
    "2, !!!, ERROR",
    "2, A!-, ERROR",
    "2, ??-, CORRUPT",
    "3, AA-, FEW",
  })
  void aFactIsWhatEnoughSay(int need, String letters, String expected) {
    Quorum quorum = quorum(need, letters.length());
    String outcome;
    try {
      outcome = quorum.same(FACT, endpoint -> say(endpoint, letters));
    } catch (InftException e) {
      outcome = name(e);
    }
    assertThat(outcome).isEqualTo(expected);
  }

  private static String name(InftException failure) {
    if (failure instanceof SplitViewException) {
      return "SPLIT";
    }
    if (failure instanceof TooFewEndpointsException) {
      return "FEW";
    }
    if (failure instanceof RevertedException) {
      return "REVERTED";
    }
    return failure instanceof RpcErrorException ? "ERROR" : "CORRUPT";
  }

  /** "0" has not heard of it. */
  @ParameterizedTest
  @CsvSource({
    "2, AAA, A", "2, AA0, A", "2, A00, none", "2, 000, none", "2, A0B, none", "2, AA-, A",
    "2, A-0, none", "2, ABC, SPLIT", "2, AB, SPLIT", "2, A0, none", "2, 0--, FEW", "2, AAB, A",
  })
  void whatFewHaveHeardOfIsNotThereYet(int need, String letters, String expected) {
    Quorum quorum = quorum(need, letters.length());
    String outcome;
    try {
      outcome =
          quorum
              .known(
                  FACT, endpoint -> Optional.of(say(endpoint, letters)).filter(s -> !s.equals("0")))
              .orElse("none");
    } catch (InftException e) {
      outcome = name(e);
    }
    assertThat(outcome).isEqualTo(expected);
  }

  /** A price, a height: digits say it. */
  @ParameterizedTest
  @CsvSource({
    "2, 449, 4",
    "2, 944, 4",
    "2, 044, 4",
    "2, 459, 5",
    "2, 49, 4",
    "2, 40, 0",
    "3, 44099, 4",
    "3, 55511, 5",
    "2, 9-4, 4",
    "2, 9--, FEW",
    "2, xx4, REVERTED",
  })
  void aNumberCountsAsFarAsEnoughReachIt(int need, String digits, String expected) {
    Quorum quorum = quorum(need, digits.length());
    String outcome;
    try {
      outcome = quorum.reached(FACT, endpoint -> Integer.valueOf(say(endpoint, digits))).toString();
    } catch (InftException e) {
      outcome = name(e);
    }
    assertThat(outcome).isEqualTo(expected);
  }

  @Test
  void whoDiffersIsNamedAndNotForgotten() throws Exception {
    Quorum quorum = quorum(2, 3);

    quorum.same("the owner at block 7", endpoint -> say(endpoint, "ABA"));
    quorum.same(FACT, endpoint -> say(endpoint, "AAA"));

    assertThat(quorum.trust().level()).isEqualTo(Trust.Level.L1);
    assertThat(quorum.trust().dissenting())
        .containsExactly(
            new Trust.Endpoint("http://rpc-b", "differed about the owner at block 7", 1));
    assertThat(quorum.trust().endpoints().get(0).standing()).isEqualTo(Trust.Endpoint.AGREES);
  }

  @Test
  void whoHasNotHeardOfItDoesNotDiffer() throws Exception {
    Quorum quorum = quorum(2, 3);

    quorum.known(FACT, endpoint -> Optional.of(say(endpoint, "A0A")).filter(s -> !s.equals("0")));

    assertThat(quorum.trust().dissenting()).isEmpty();
  }

  @Test
  void aSplitSaysWhoSaysWhatAboutWhat() {
    SplitViewException split =
        catchThrowableOfType(
            SplitViewException.class,
            () -> quorum(2, 3).same("the owner at block 7", endpoint -> say(endpoint, "A-B")));

    assertThat(split.about()).isEqualTo("the owner at block 7");
    assertThat(split.answers()).hasSize(3);
    assertThat(split)
        .hasMessageContainingAll(
            "the owner at block 7", "http://rpc-a says A", "http://rpc-c says B", "2 must say");
  }

  @Test
  void tooFewSayHowManyAndWhy() {
    assertThatThrownBy(() -> quorum(2, 3).same(FACT, endpoint -> say(endpoint, "A--")))
        .isInstanceOfSatisfying(
            TooFewEndpointsException.class,
            few -> {
              assertThat(few.answered()).isEqualTo(1);
              assertThat(few.of()).isEqualTo(3);
            })
        .hasMessageContainingAll("1 of 3 endpoints answered", "2 must say the same", "refused");
  }

  @Test
  void oneThatHangsHoldsUpNobody() throws Exception {
    Quorum quorum = quorum(2, 3);
    CountDownLatch never = new CountDownLatch(1);
    AtomicInteger interrupted = new AtomicInteger();
    for (int i = 0; i < 40; i++) {
      String said =
          quorum.same(
              FACT,
              endpoint -> {
                if (endpoint.describe().endsWith("c")) {
                  try {
                    never.await(60, TimeUnit.SECONDS);
                  } catch (InterruptedException e) {
                    interrupted.incrementAndGet();
                    Thread.currentThread().interrupt();
                  }
                }
                return "A";
              });
      assertThat(said).isEqualTo("A");
    }
    assertThat(quorum.trust().endpoints().get(2).standing()).contains("slower");
    assertThat(quorum.trust().dissenting()).isEmpty();
    assertThat(interrupted.get()).isPositive();
  }

  /** Not a silence of minutes. */
  @Test
  void anAnswerThatCannotBeReadIsHeardOf() {
    NumberFormatException noNumber = new NumberFormatException("0xzz");

    assertThatThrownBy(
            () ->
                quorum(2, 2)
                    .same(
                        FACT,
                        endpoint -> {
                          if (endpoint.describe().endsWith("b")) {
                            throw noNumber;
                          }
                          return "A";
                        }))
        .isInstanceOf(CorruptObjectException.class)
        .hasMessageContaining("0xzz")
        .hasCause(noNumber);
  }

  @Test
  void heightsTellHowFarTheOthersAre() throws Exception {
    Quorum quorum = quorum(2, 3);

    assertThat(quorum.height("height", endpoint -> (long) letterOf(endpoint, "449")))
        .isEqualTo('4');
    assertThat(quorum.trust().behind()).isEqualTo(5);
  }

  @Test
  void whatAllAreToldNeedsOneThatTakesIt() throws Exception {
    Quorum quorum = quorum(2, 3);
    quorum.tell("a transaction", endpoint -> say(endpoint, "-A!"));

    assertThatThrownBy(() -> quorum.tell("a transaction", endpoint -> say(endpoint, "-!-")))
        .as("a refusal says more than silence")
        .isInstanceOf(RpcErrorException.class);
    assertThatThrownBy(() -> quorum.tell("a transaction", endpoint -> say(endpoint, "---")))
        .isInstanceOf(RpcUnavailableException.class);
  }

  @Test
  void theFirstThatCanShowItDoes() throws Exception {
    assertThat(quorum(2, 3).<String>first(FACT, endpoint -> say(endpoint, "?BA"))).isEqualTo("B");
    assertThatThrownBy(() -> quorum(2, 2).first(FACT, endpoint -> say(endpoint, "!?")))
        .isInstanceOf(InftException.class);
  }

  @Test
  void anInterruptEndsTheQuestion() {
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> quorum(2, 2).same(FACT, endpoint -> say(endpoint, "AA")))
        .isInstanceOf(RpcUnavailableException.class);
    assertThat(Thread.interrupted()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 2", "1, 3", "2, 4", "3, 2", "2, 1"})
  void twoAnswersAreNeverBothBelieved(int need, int of) {
    assertThatThrownBy(() -> quorum(need, of)).isInstanceOf(IllegalArgumentException.class);
    assertThat(Quorum.majority(of) * 2).isGreaterThan(of);
  }
}

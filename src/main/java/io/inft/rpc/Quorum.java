package io.inft.rpc;

import io.inft.bytes.Trust;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.ForeignText;
import io.inft.failure.InftException;
import io.inft.failure.RevertedException;
import io.inft.failure.RpcErrorException;
import io.inft.failure.RpcUnavailableException;
import io.inft.failure.SplitViewException;
import io.inft.failure.TooFewEndpointsException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Several endpoints of one service, of which so many must say the same: more than half, so that two
 * answers cannot both be believed. All are asked at once. Safe for many threads, of which each
 * endpoint has a few; they end when they are idle.
 */
public final class Quorum implements Endpoints {
  /** What those that are slower have after enough have answered, so that dissent is heard. */
  private static final Duration GRACE = Duration.ofMillis(250);

  /** Calls are bounded themselves; this only bounds what they forget. */
  private static final Duration LONGEST = Duration.ofMinutes(3);

  /** What is shown of an answer in a message. */
  private static final int SHOWN_CHARS = 160;

  private final int need;
  private final List<Member> members;
  private final JsonRpc anyone;
  private final AtomicLong behind = new AtomicLong();

  private Quorum(int need, List<Member> members, JsonRpc anyone) {
    this.need = need;
    this.members = List.copyOf(members);
    this.anyone = anyone;
  }

  /**
   * Opens no connection yet.
   *
   * @param need how many must say the same: at least 2, more than half, not more than there are
   */
  public static Quorum of(List<URI> addresses, int need, RpcSettings settings) {
    if (need < 2 || need * 2 <= addresses.size() || need > addresses.size()) {
      throw new IllegalArgumentException(need + " of " + addresses.size() + " is no quorum");
    }
    List<Member> members = new ArrayList<>();
    for (URI address : addresses) {
      members.add(new Member(JsonRpc.at(address, settings)));
    }
    return new Quorum(need, members, JsonRpc.at(addresses, settings));
  }

  /** The smallest number that is more than half of so many. */
  public static int majority(int endpoints) {
    return endpoints / 2 + 1;
  }

  /**
   * What one endpoint answered.
   *
   * @param key by which answers are compared; null if it is none
   */
  private record Answer<T>(
      Member member, @Nullable Object key, @Nullable T value, @Nullable InftException failure) {

    /** Says how the endpoint stands; one that comes too late says nothing. */
    void note() {
      if (key == null && failure != null) {
        member.silent("", String.valueOf(failure.getMessage()));
      } else {
        member.answered();
      }
    }
  }

  @Override
  public <T> T same(String about, Question<T> question) throws InftException {
    List<Answer<T>> answers = ask(about, question, this::hasAgreement);
    Answer<T> agreed = agreed(answers);
    if (agreed == null) {
      throw disagreement(about, answers, answered(answers));
    }
    noteDissent(about, answers, agreed.key());
    return valueOf(agreed);
  }

  @Override
  public <T> Optional<T> known(String about, Question<Optional<T>> question) throws InftException {
    List<Answer<Optional<T>>> answers = ask(about, question, this::hasAgreement);
    Answer<Optional<T>> agreed = agreed(answers);
    Optional<T> found = agreed == null ? Optional.empty() : valueOf(agreed);
    if (agreed != null && found.isPresent()) {
      // Those that have nothing have not heard of it yet.
      noteDissent(about, answers, agreed.key(), Optional.empty());
      return found;
    }
    int open = members.size() - answered(answers);
    int most = 0;
    int empty = 0;
    for (Map.Entry<Object, Integer> each : counts(answers).entrySet()) {
      boolean isEmpty = each.getKey().equals(Optional.empty());
      most = isEmpty ? most : Math.max(most, each.getValue());
      empty = isEmpty ? each.getValue() : empty;
    }
    if (answered(answers) < need || (most > 0 && most + empty + open < need)) {
      throw disagreement(about, answers, answered(answers));
    }
    return Optional.empty();
  }

  @Override
  public <T extends Comparable<T>> T reached(String about, Question<T> question)
      throws InftException {
    List<Answer<T>> answers =
        ask(
            about,
            question,
            found -> found.stream().filter(a -> a.value() != null).count() >= need);
    List<T> numbers = new ArrayList<>();
    for (Answer<T> answer : answers) {
      if (answer.value() != null) {
        numbers.add(answer.value());
      }
    }
    if (numbers.size() < need) {
      Answer<T> refused = agreed(answers);
      if (refused != null) {
        return valueOf(refused);
      }
      throw disagreement(about, answers, answered(answers));
    }
    numbers.sort(Comparator.reverseOrder());
    return numbers.get(need - 1);
  }

  @Override
  public long height(String about, Question<Long> question) throws InftException {
    AtomicLong newest = new AtomicLong();
    long reached =
        reached(
            about,
            endpoint -> {
              long height = question.ask(endpoint);
              newest.accumulateAndGet(height, Math::max);
              return height;
            });
    behind.set(Math.max(0, newest.get() - reached));
    return reached;
  }

  @Override
  public <T> T first(String about, Question<T> question) throws InftException {
    InftException failure = null;
    List<Member> bestFirst = new ArrayList<>(members);
    bestFirst.sort(Comparator.comparing(Member::isDoubtful));
    for (Member member : bestFirst) {
      try {
        T answer = question.ask(member.rpc);
        member.answered();
        return answer;
      } catch (InftException e) {
        if (e instanceof CorruptObjectException) {
          member.dissented("gave what does not hold: " + e.getMessage());
        } else if (e instanceof RpcUnavailableException) {
          member.silent(about, String.valueOf(e.getMessage()));
        }
        if (failure != null) {
          e.addSuppressed(failure);
        }
        failure = e;
      }
    }
    if (failure == null) {
      throw new IllegalStateException("a quorum has endpoints");
    }
    throw failure;
  }

  @Override
  public void tell(String about, Question<?> told) throws InftException {
    List<Answer<Boolean>> answers =
        ask(
            about,
            endpoint -> {
              told.ask(endpoint);
              return true;
            },
            found -> found.stream().anyMatch(answer -> answer.failure() == null));
    InftException refusal = null;
    for (Answer<Boolean> answer : answers) {
      if (answer.failure() == null) {
        return;
      }
      // A refusal says more than silence.
      boolean silent = answer.failure() instanceof RpcUnavailableException;
      refusal = refusal == null || !silent ? answer.failure() : refusal;
    }
    throw refusal == null
        ? new TooFewEndpointsException(about, 1, members.size(), 0, standings())
        : refusal;
  }

  /** Asks all at once and waits until enough have answered, and a little for the others. */
  private <T> List<Answer<T>> ask(
      String about, Question<T> question, Predicate<List<Answer<T>>> enough) throws InftException {
    BlockingQueue<Answer<T>> arriving = new ArrayBlockingQueue<>(members.size());
    List<Future<?>> running = new ArrayList<>();
    List<Answer<T>> answers = new ArrayList<>();
    try {
      for (Member member : members) {
        running.add(member.threads.submit(() -> arriving.add(answer(member, question))));
      }
      long deadline = System.nanoTime() + LONGEST.toNanos();
      boolean hurried = false;
      while (answers.size() < members.size()) {
        Answer<T> next = arriving.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        if (next == null) {
          break;
        }
        answers.add(next);
        next.note();
        next.member().isSlow = hurried && next.member().isSlow;
        if (!hurried && enough.test(answers)) {
          hurried = true;
          deadline = System.nanoTime() + (waitsFor(answers) ? GRACE.toNanos() : 0);
        }
      }
      for (Member member : members) {
        if (answers.stream().noneMatch(answer -> answer.member() == member)) {
          member.isSlow = true;
          member.silent(about, "it was slower than the others");
        }
      }
      return answers;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RpcUnavailableException(describe(), about, "interrupted", e);
    } finally {
      running.forEach(future -> future.cancel(true));
    }
  }

  /** Whether one of those that are not here yet is usually in time. */
  private <T> boolean waitsFor(List<Answer<T>> answers) {
    return members.stream()
        .anyMatch(
            member ->
                !member.isSlow && answers.stream().noneMatch(answer -> answer.member() == member));
  }

  private static <T> Answer<T> answer(Member member, Question<T> question) {
    try {
      T value = question.ask(member.rpc);
      return new Answer<>(member, value, value, null);
    } catch (RevertedException e) {
      return new Answer<>(member, "reverted with " + e.data(), null, e);
    } catch (InftException e) {
      return new Answer<>(member, null, null, e);
    } catch (RuntimeException e) {
      // Nobody looks at the task; without an answer of its own all would wait for it.
      InftException failure = new CorruptObjectException("answer", 0, "cannot be read: " + e, e);
      return new Answer<>(member, null, null, failure);
    }
  }

  private <T> Map<Object, Integer> counts(List<Answer<T>> answers) {
    Map<Object, Integer> counts = new HashMap<>();
    for (Answer<T> answer : answers) {
      if (answer.key() != null) {
        counts.merge(answer.key(), 1, Integer::sum);
      }
    }
    return counts;
  }

  private <T> int answered(List<Answer<T>> answers) {
    return (int) answers.stream().filter(answer -> answer.key() != null).count();
  }

  private <T> boolean hasAgreement(List<Answer<T>> answers) {
    return agreed(answers) != null;
  }

  private <T> @Nullable Answer<T> agreed(List<Answer<T>> answers) {
    Map<Object, Integer> counts = counts(answers);
    for (Answer<T> answer : answers) {
      if (answer.key() != null && counts.getOrDefault(answer.key(), 0) >= need) {
        return answer;
      }
    }
    return null;
  }

  private static <T> T valueOf(Answer<T> agreed) throws InftException {
    T value = agreed.value();
    if (value != null) {
      return value;
    }
    InftException failure = agreed.failure();
    if (failure == null) {
      throw new IllegalStateException("neither an answer nor a failure");
    }
    throw failure;
  }

  private <T> InftException disagreement(String about, List<Answer<T>> answers, int answered) {
    if (answered >= need) {
      List<String> said = new ArrayList<>();
      for (Answer<T> answer : answers) {
        said.add(
            answer.member().name()
                + (answer.key() == null
                    ? " does not answer (" + shown(String.valueOf(answer.failure())) + ")"
                    : " says " + shown(String.valueOf(answer.key()))));
      }
      return new SplitViewException(about, need, said);
    }
    int able = answered;
    InftException cannot = null;
    List<String> reasons = new ArrayList<>();
    for (Answer<T> answer : answers) {
      if (answer.failure() != null && answer.key() == null) {
        boolean silent = answer.failure() instanceof RpcUnavailableException;
        able += silent ? 0 : 1;
        boolean says = answer.failure() instanceof RpcErrorException;
        cannot = !silent && (cannot == null || says) ? answer.failure() : cannot;
        reasons.add(shown(String.valueOf(answer.failure().getMessage())));
      }
    }
    // They are there and cannot answer this: whoever asked knows whether there is another way.
    return able >= need && cannot != null
        ? cannot
        : new TooFewEndpointsException(about, need, members.size(), answered, reasons);
  }

  private static String shown(String text) {
    String harmless = ForeignText.quoted(text);
    return harmless.length() <= SHOWN_CHARS ? harmless : harmless.substring(0, SHOWN_CHARS) + "…";
  }

  private <T> void noteDissent(
      String about, List<Answer<T>> answers, @Nullable Object agreed, Object... excused) {
    for (Answer<T> answer : answers) {
      boolean differs = answer.key() != null && !answer.key().equals(agreed);
      if (differs && !List.of(excused).contains(answer.key())) {
        answer.member().dissented("differed about " + about);
      }
    }
  }

  private List<String> standings() {
    return members.stream().map(member -> member.name() + ": " + member.standing).toList();
  }

  @Override
  public boolean isQuorum() {
    return true;
  }

  @Override
  public Trust trust() {
    return new Trust(
        Trust.Level.L1, need, members.stream().map(Member::toTrust).toList(), behind.get());
  }

  @Override
  public JsonRpc anyone() {
    return anyone;
  }

  @Override
  public String describe() {
    return need
        + " of "
        + members.size()
        + " endpoints: "
        + String.join(", ", members.stream().map(Member::name).toList());
  }
}

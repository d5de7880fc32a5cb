package io.inft.registry.onchain;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inft.bytes.Digest;
import io.inft.bytes.LastActs;
import io.inft.bytes.SigningKey;
import io.inft.devnet.Anvil;
import io.inft.devnet.ChainProxy;
import io.inft.devnet.SocketProxy;
import io.inft.devnet.TestPackages;
import io.inft.evm.Chain;
import io.inft.evm.ChainSettings;
import io.inft.evm.MemoryJournal;
import io.inft.evm.TransactionSender;
import io.inft.registry.Anchor;
import io.inft.registry.DatabaseId;
import io.inft.registry.HeadNews;
import io.inft.registry.Kind;
import io.inft.rpc.JsonRpc;
import io.inft.rpc.RpcSettings;
import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Hints at new versions, from a real chain over real sockets and filters, and from liars. */
@Timeout(60)
class HeadFollowerTest {
  private static final ChainSettings QUICK =
      ChainSettings.STANDARD.withTimes(
          Duration.ofSeconds(20), Duration.ofSeconds(5), Duration.ofMillis(20));

  private static Anvil anvil;
  private static SigningKey key;
  private static OnchainRegistry writer;
  private static int ids;

  private final List<HeadNews> followed = new ArrayList<>();
  private ChainProxy http;
  private SocketProxy socket;
  private DatabaseId id;
  private Anchor newest;

  @BeforeAll
  static void startChain() throws Exception {
    anvil = TestPackages.anvil();
    key = SigningKey.generate(new SecureRandom());
    anvil.fund(key.address(), BigInteger.TEN.pow(21));
    Chain chain = new Chain(anvil.rpc(), QUICK);
    TransactionSender sender = new TransactionSender(chain, key, new MemoryJournal());
    writer = OnchainRegistry.open(OnchainSettings.of(RegistryCode.deploy(sender)), chain, sender);
  }

  @AfterAll
  static void stopChain() {
    anvil.close();
  }

  @BeforeEach
  void publishOnce() throws Exception {
    http = new ChainProxy(anvil.address());
    socket = new SocketProxy(anvil.address());
    id = DatabaseId.parse("followed-" + ++ids);
    newest = begin(id);
  }

  @AfterEach
  void nothingIsLeft() throws Exception {
    followed.forEach(HeadNews::close);
    awaitTrue("threads that listen end", () -> threads().isEmpty());
    assertThat(HeadFollower.listening()).isZero();
    awaitTrue("sockets are closed", () -> socket.open() == 0);
    socket.close();
    http.close();
  }

  private static Digest digest(String text) {
    return Digest.sha256(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static Anchor begin(DatabaseId id) throws Exception {
    writer.register(id);
    Anchor first =
        new Anchor(
            1,
            Digest.ZERO,
            digest("root 1"),
            1000,
            digest("bytes"),
            1,
            digest("keyring"),
            Kind.SNAPSHOT);
    writer.rotateAndAnchor(id, first);
    return first;
  }

  private void publish() throws Exception {
    Anchor next =
        new Anchor(
            newest.version() + 1,
            newest.root(),
            digest("root " + (newest.version() + 1)),
            1000,
            digest("bytes"),
            1,
            newest.keyringHash(),
            Kind.DELTA);
    writer.anchor(id, next);
    newest = next;
  }

  private HeadNews follow(boolean overSocket) throws Exception {
    return follow(overSocket ? List.of(socket.address()) : List.of());
  }

  private HeadNews follow(List<URI> sockets) throws Exception {
    Chain chain = new Chain(JsonRpc.at(http.address(), RpcSettings.STANDARD), QUICK, sockets);
    HeadNews news =
        OnchainRegistry.readOnly(OnchainSettings.of(writer.address()), chain).follow(id);
    followed.add(news);
    return news;
  }

  private static void awaitTrue(String what, BooleanSupplier condition) throws Exception {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what).isLessThan(deadline);
      Thread.sleep(5);
    }
  }

  private static void await(HeadNews news, HeadNews.Way way) throws Exception {
    awaitTrue("the way becomes " + way, () -> news.way() == way);
  }

  /** Reads the head, as a session that is opened does. */
  private long read(HeadNews news) throws Exception {
    long asked = System.nanoTime();
    news.read(writer.head(id).version(), asked);
    return asked;
  }

  /** Reads the head when what there was before is no news any more. */
  private long settled(HeadNews news) throws Exception {
    long asked = read(news);
    awaitTrue("it is not too new to be judged", () -> isOld(asked));
    assertThat(news.isOutdated(newest.version(), asked)).isFalse();
    return asked;
  }

  private static boolean isOld(long nanos) {
    return System.nanoTime() - nanos > IdNews.LOOK_NANOS;
  }

  private void assertNoticed(HeadNews news) throws Exception {
    long asked = settled(news);
    long before = newest.version();
    publish();
    awaitTrue("version " + newest.version() + " is told of", () -> news.isOutdated(before, asked));
    settled(news);
  }

  private static List<Thread> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("inft-follow"))
        .toList();
  }

  @Test
  void aSubscriptionTellsOfEveryVersion() throws Exception {
    HeadNews news = follow(true);
    await(news, HeadNews.Way.SUBSCRIPTION);

    assertThat(news.last()).isEmpty();
    assertNoticed(news);
    assertThat(news.last()).isPresent();
    assertNoticed(news);
    assertThat(http.calls("eth_newFilter")).isZero();
  }

  @Test
  void aFilterTellsWhereThereIsNoSocket() throws Exception {
    HeadNews news = follow(false);
    await(news, HeadNews.Way.FILTER);

    assertNoticed(news);
    assertThat(news.last()).isPresent();
    assertNoticed(news);

    news.close();
    awaitTrue("the filter is given back", () -> http.calls("eth_uninstallFilter") == 1);
  }

  @Test
  void allIdsOfAContractShareOneSocketAndOneThread() throws Exception {
    HeadNews one = follow(true);
    await(one, HeadNews.Way.SUBSCRIPTION);
    DatabaseId first = id;
    Anchor firstNewest = newest;
    id = DatabaseId.parse("followed-" + ++ids);
    newest = begin(id);
    HeadNews other = follow(true);
    assertThat(socket.accepted()).isEqualTo(1);
    assertThat(threads()).hasSize(1);

    long deadline = System.nanoTime() + Duration.ofSeconds(5).toNanos();
    while (other.last().isEmpty()) { // the second id joins the subscription within a moment
      publish();
      assertThat(System.nanoTime()).isLessThan(deadline);
    }
    assertThat(one.last()).isEmpty();
    other.close();
    id = first;
    newest = firstNewest;
    assertNoticed(one);
    assertThat(socket.accepted()).isEqualTo(1);
  }

  @Test
  void aBrokenSocketIsMadeAgainAndWhatWasMissedIsLookedFor() throws Exception {
    HeadNews news = follow(true);
    await(news, HeadNews.Way.SUBSCRIPTION);
    long asked = settled(news);
    long before = newest.version();
    socket.refuse(true);
    socket.cut();
    await(news, HeadNews.Way.FILTER);
    awaitTrue("a gap is looked into", () -> news.isOutdated(before, asked));
    assertNoticed(news);

    socket.refuse(false);
    await(news, HeadNews.Way.SUBSCRIPTION);
    assertNoticed(news);
  }

  @Test
  void withoutAnyWayHeadsAreAskedForAtIntervals() throws Exception {
    socket.refuse(true);
    http.rewrite("eth_newFilter", HeadFollowerTest::unknownMethod);
    HeadNews news = follow(true);
    awaitTrue("both ways were tried", () -> http.calls("eth_newFilter") > 1);
    assertThat(news.way()).isEqualTo(HeadNews.Way.POLLING);
    long asked = settled(news);
    publish();
    assertThat(news.isOutdated(newest.version() - 1, asked)).isFalse();

    http.behave();
    await(news, HeadNews.Way.FILTER);
    assertNoticed(news);
  }

  private static JsonNode unknownMethod(JsonNode answer) {
    ObjectNode error = ((ObjectNode) answer).without("result");
    error.putObject("error").put("code", -32601).put("message", "the method does not exist");
    return error;
  }

  @Test
  void aFilterThatTheEndpointForgotIsMadeAgain() throws Exception {
    HeadNews news = follow(false);
    await(news, HeadNews.Way.FILTER);
    http.rewrite(
        "eth_getFilterChanges",
        answer -> {
          ObjectNode error = ((ObjectNode) answer).without("result");
          error.putObject("error").put("code", -32000).put("message", "filter not found");
          return error;
        });
    await(news, HeadNews.Way.POLLING);
    long asked = settled(news);
    long before = newest.version();
    publish();
    http.behave();
    awaitTrue("the version is noticed", () -> news.isOutdated(before, asked));
    await(news, HeadNews.Way.FILTER);
    assertNoticed(news);
  }

  /** The socket answers and lives, but events do not come: the reading of heads shows it. */
  @Test
  void aSubscriptionThatIsDeafIsGivenUp() throws Exception {
    HeadNews news = follow(true);
    await(news, HeadNews.Way.SUBSCRIPTION);
    read(news);
    socket.rule(SocketProxy.NO_EVENTS);
    publish();
    read(news); // as a connection does after its refresh

    await(news, HeadNews.Way.FILTER);
    assertNoticed(news);
  }

  @Test
  void aSocketThatFallsSilentIsGivenUp() throws Exception {
    socket.rule(SocketProxy.SILENT);
    HeadNews news = follow(true);
    awaitTrue("the socket is connected", () -> socket.open() == 1);
    assertThat(news.way()).isEqualTo(HeadNews.Way.POLLING);

    await(news, HeadNews.Way.FILTER);
    assertNoticed(news);
  }

  @Test
  void whatIsRepeatedOrOfOthersMakesNobodyLook() throws Exception {
    List<String> said = new ArrayList<>();
    socket.rule(
        text -> {
          if (!SocketProxy.isEvent(text)) {
            return List.of(text);
          }
          said.add(text);
          String otherId = text.replace(id.hash().toString(), "0x" + "ab".repeat(32));
          String otherContract = text.replace(writer.address().toString(), "0x" + "cd".repeat(20));
          return List.of(text, text, otherId, otherContract, text);
        });
    HeadNews news = follow(true);
    await(news, HeadNews.Way.SUBSCRIPTION);
    assertNoticed(news);
    assertNoticed(news);

    long asked = settled(news);
    socket.say(said.get(0)); // an old one again
    Thread.sleep(200);
    assertThat(news.isOutdated(newest.version(), asked)).isFalse();
    assertThat(news.way()).isEqualTo(HeadNews.Way.SUBSCRIPTION);
  }

  /** Anvil sends no {@code removed}; other nodes do. */
  @Test
  void aVersionThatIsTakenBackIsLookedFor() throws Exception {
    List<String> said = new ArrayList<>();
    socket.rule(
        text -> {
          if (SocketProxy.isEvent(text)) {
            said.add(text);
          }
          return List.of(text);
        });
    HeadNews news = follow(true);
    await(news, HeadNews.Way.SUBSCRIPTION);
    assertNoticed(news);
    long asked = settled(news);

    assertThat(said.get(0)).contains("\"removed\":false");
    socket.say(said.get(0).replace("\"removed\":false", "\"removed\":true"));

    awaitTrue("it is looked for", () -> news.isOutdated(newest.version(), asked));
    settled(news);
  }

  @Test
  void anInventedVersionIsLookedForButNotForLong() {
    long[] now = {1};
    IdNews news = new IdNews(() -> now[0], java.time.Clock.systemUTC());
    news.begins();
    now[0] += IdNews.LOOK_NANOS;
    long first = now[0];
    news.told(1_000_000);

    assertThat(news.isOutdated(7, first)).as("too soon").isFalse();
    now[0] += IdNews.LOOK_NANOS;
    assertThat(news.isOutdated(7, first)).isTrue();
    long second = now[0];
    now[0] += IdNews.LOOK_NANOS;
    assertThat(news.isOutdated(7, second)).as("the endpoint that is asked may lag").isTrue();
    now[0] += IdNews.BELIEVED_NANOS;
    assertThat(news.isOutdated(7, second)).isFalse();
    news.told(8);
    assertThat(news.isOutdated(7, second)).as("the lie does not hide what follows").isTrue();
    assertThat(news.isOutdated(8, second)).isFalse();
  }

  @Test
  void aFloodOrNonsenseEndsASubscription() throws Exception {
    HeadNews news = follow(true);
    await(news, HeadNews.Way.SUBSCRIPTION);
    String nothing = "{\"jsonrpc\":\"2.0\",\"method\":\"eth_subscription\",\"params\":{}}";
    while (news.way() == HeadNews.Way.SUBSCRIPTION && socket.open() > 0) {
      socket.say(nothing);
    }
    await(news, HeadNews.Way.FILTER);

    for (String nonsense : List.of("no json", "[", "x".repeat(70_000))) {
      await(news, HeadNews.Way.SUBSCRIPTION);
      socket.say(nonsense);
      await(news, HeadNews.Way.FILTER);
    }
    assertNoticed(news);
  }

  @Test
  void aFilterThatTellsTooMuchOrNonsenseIsGivenUp() throws Exception {
    HeadNews news = follow(false);
    List<UnaryOperator<JsonNode>> lies =
        List.of(
            answer -> {
              ArrayNode many = ((ObjectNode) answer).putArray("result");
              for (int i = 0; i < 2_001; i++) {
                many.add(i);
              }
              return answer;
            },
            answer -> {
              ((ObjectNode) answer).putArray("result").addObject().put("address", "me");
              return answer;
            },
            answer -> {
              ((ObjectNode) answer).put("result", "x".repeat(2_000_000));
              return answer;
            });
    for (UnaryOperator<JsonNode> lie : lies) {
      await(news, HeadNews.Way.FILTER);
      http.rewrite("eth_getFilterChanges", lie);
      await(news, HeadNews.Way.POLLING);
      http.behave();
    }
    await(news, HeadNews.Way.FILTER);
    assertNoticed(news);
  }

  @Test
  void aSocketOfAnotherChainIsNotListenedTo() throws Exception {
    String ours = "0x" + Long.toHexString(Anvil.CHAIN_ID);
    socket.rule(text -> List.of(text.replace(ours, "0x7a69")));
    HeadNews news = follow(true);
    await(news, HeadNews.Way.FILTER);
    assertThat(socket.accepted()).isPositive();
    socket.refuse(true);
    assertNoticed(news);
  }

  @Test
  void theLastOneToCloseEndsAllAndSoDoesTheEndOfTheDriver() throws Exception {
    HeadNews one = follow(true);
    HeadNews two = follow(true);
    await(one, HeadNews.Way.SUBSCRIPTION);
    one.close();
    one.close();
    assertNoticed(two);

    LastActs.run();
    awaitTrue("the thread ends", () -> threads().isEmpty());
    assertThat(two.way()).isEqualTo(HeadNews.Way.POLLING);
    HeadNews three = follow(true);
    await(three, HeadNews.Way.SUBSCRIPTION);
    assertNoticed(three);
  }

  /** As programs do that interrupt all threads when they end. */
  @Test
  void anInterruptEndsItAndTheNextOneListensAgain() throws Exception {
    HeadNews one = follow(true);
    await(one, HeadNews.Way.SUBSCRIPTION);
    threads().forEach(Thread::interrupt);
    awaitTrue("the thread ends", () -> threads().isEmpty());

    HeadNews two = follow(true);
    await(two, HeadNews.Way.SUBSCRIPTION);
    assertNoticed(two);
  }
}

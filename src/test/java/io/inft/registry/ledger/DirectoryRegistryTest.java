package io.inft.registry.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.bytes.Address;
import io.inft.bytes.Blob;
import io.inft.bytes.ByteWriter;
import io.inft.bytes.Digest;
import io.inft.bytes.SigningKey;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.ForeignFileException;
import io.inft.failure.FormatTooNewException;
import io.inft.failure.HeadConflictException;
import io.inft.failure.NotRegisteredException;
import io.inft.failure.ObjectMissingException;
import io.inft.failure.RegistryRefusedException;
import io.inft.registry.Anchor;
import io.inft.registry.Anchored;
import io.inft.registry.Block;
import io.inft.registry.Control;
import io.inft.registry.DatabaseId;
import io.inft.registry.Head;
import io.inft.registry.Registry;
import io.inft.registry.RegistryContract;
import io.inft.registry.Rights;
import io.inft.registry.TestClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The ledger in a folder passes the registry's contract, with one object (process) an account. */
class DirectoryRegistryTest extends RegistryContract {
  private static final List<SigningKey> KEYS =
      Stream.of("1", "2", "3", "4").map(digit -> SigningKey.parse(digit.repeat(64))).toList();

  @TempDir Path temporary;
  private final TestClock clock = new TestClock();
  private final List<DirectoryRegistry> accounts = new ArrayList<>();
  private int tokens;

  private Path folder() {
    return temporary.resolve("registry");
  }

  private DirectoryRegistry open(SigningKey key) throws Exception {
    return DirectoryRegistry.open(folder(), Optional.of(key), clock);
  }

  private DirectoryRegistry openReader() throws Exception {
    return DirectoryRegistry.open(folder(), Optional.empty(), clock);
  }

  @Override
  protected DirectoryRegistry as(int number) throws Exception {
    while (accounts.size() <= number) {
      accounts.add(open(KEYS.get(accounts.size())));
    }
    return accounts.get(number);
  }

  @Override
  protected Registry readOnly() throws Exception {
    return openReader();
  }

  @Override
  protected Instant now() {
    return clock.instant();
  }

  @Override
  protected void advance(Duration time) {
    clock.advance(time);
  }

  @Override
  protected void mine(int blocks) throws Exception {
    as(3).mine(blocks);
  }

  @Override
  protected DatabaseId token(Address owner) throws Exception {
    DatabaseId token =
        DatabaseId.parse(
            "eip155:" + Ledger.CHAIN_ID + "/erc721:0x" + "ab".repeat(20) + "/" + ++tokens);
    moveToken(token, owner);
    return token;
  }

  @Override
  protected void moveToken(DatabaseId token, Address to) throws Exception {
    as(3).setTokenOwner(token, to);
  }

  private Path entry(long sequence) {
    return folder().resolve("000000").resolve(String.format("%09d.entry", sequence));
  }

  /** Three entries: registered, version 1, version 2. */
  private DatabaseId makeThreeEntries() throws Exception {
    DatabaseId id = DatabaseId.parse("made");
    as(0).register(id);
    Anchor one = first("one");
    as(0).rotateAndAnchor(id, one);
    as(0).anchor(id, after(one, "two"));
    return id;
  }

  @Test
  void anAbsentFolderIsAnEmptyLedgerAndReadingDoesNotMakeIt() throws Exception {
    openReader();

    assertThat(folder()).doesNotExist();
  }

  @Test
  void whatWasRecordedIsThereAfterOpeningAgain() throws Exception {
    DatabaseId id = makeThreeEntries();

    Head head = openReader().head(id);
    assertThat(head).isEqualTo(as(0).head(id));
    assertThat(head.version()).isEqualTo(2);
    assertThat(head.asOf().number()).isEqualTo(3);
    assertThat(Digest.keccak256(Files.readAllBytes(entry(3)))).isEqualTo(head.asOf().hash());
  }

  @Test
  void anOpenRegistrySeesWhatOthersRecord() throws Exception {
    DirectoryRegistry reader = openReader();
    DatabaseId id = makeThreeEntries();
    assertThat(reader.head(id).version()).isEqualTo(2);

    as(0).freeze(id);

    assertThat(reader.head(id).status()).isEqualTo(Head.FROZEN);
  }

  @Test
  void writersWhoRaceEachOtherLoseNothingAndOverwriteNothing() throws Exception {
    int writers = 4;
    int versionsEach = 10;
    DatabaseId shared = DatabaseId.parse("shared");
    as(0).register(shared);
    as(0).rotateAndAnchor(shared, first("one"));
    for (int i = 1; i < writers; i++) {
      as(0).grant(shared, KEYS.get(i).address(), Rights.WRITER, now().plusSeconds(1_000_000), 0);
    }
    ExecutorService threads = Executors.newFixedThreadPool(writers);
    List<Future<Integer>> results = new ArrayList<>();
    for (int i = 0; i < writers; i++) {
      DirectoryRegistry registry = open(KEYS.get(i));
      int writer = i;
      Callable<Integer> work = () -> write(registry, shared, writer, versionsEach);
      results.add(threads.submit(work));
    }
    int conflicts = 0;
    for (Future<Integer> result : results) {
      conflicts += result.get();
    }
    threads.shutdown();

    List<Anchored> history = openReader().history(shared, 1, Long.MAX_VALUE);
    assertThat(history).hasSize(1 + writers * versionsEach);
    for (int i = 1; i < history.size(); i++) {
      assertThat(history.get(i).anchor().previousRoot())
          .isEqualTo(history.get(i - 1).anchor().root());
    }
    assertThat(conflicts).isGreaterThanOrEqualTo(0);
    try (Stream<Path> left = Files.list(folder().resolve("tmp"))) {
      assertThat(left).isEmpty();
    }
  }

  private static int write(DirectoryRegistry registry, DatabaseId id, int writer, int versions)
      throws Exception {
    int conflicts = 0;
    for (int done = 0; done < versions; ) {
      Anchor newest = registry.head(id).newest().orElseThrow().anchor();
      try {
        registry.anchor(id, after(newest, "writer " + writer + " version " + done));
        done++;
      } catch (HeadConflictException moved) {
        conflicts++;
      }
    }
    return conflicts;
  }

  @Test
  void twoProcessesOnOneFolderShareOneSequence() throws Exception {
    DatabaseId id = makeThreeEntries();
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                RegisterInAnotherProcess.class.getName(),
                folder().toString(),
                "20")
            .redirectErrorStream(true)
            .start();
    for (int i = 0; i < 20; i++) {
      as(1).register(DatabaseId.parse("here-" + i));
    }
    String output = new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(other.waitFor()).as(output).isZero();
    Head head = openReader().head(id);
    assertThat(head.asOf().number()).isEqualTo(43);
    assertThat(openReader().head(DatabaseId.parse("there-19")).owner())
        .isEqualTo(KEYS.get(2).address());
  }

  /** The other process of the test above. */
  static final class RegisterInAnotherProcess {
    private RegisterInAnotherProcess() {}

    public static void main(String[] arguments) throws Exception {
      try (DirectoryRegistry registry =
          DirectoryRegistry.open(
              Path.of(arguments[0]), Optional.of(KEYS.get(2)), new TestClock())) {
        for (int i = 0; i < Integer.parseInt(arguments[1]); i++) {
          registry.register(DatabaseId.parse("there-" + i));
        }
      }
    }
  }

  @Test
  void refusesATornEntry() throws Exception {
    DatabaseId id = makeThreeEntries();
    byte[] whole = Files.readAllBytes(entry(3));
    for (int length : new int[] {0, 1, 9, 60, whole.length - 1}) {
      Files.write(entry(3), Arrays.copyOf(whole, length));

      assertThatThrownBy(this::openReader)
          .as("%d of %d bytes", length, whole.length)
          .isInstanceOf(CorruptObjectException.class)
          .hasMessageContaining("000000003.entry");
    }
    Files.write(entry(3), whole);
    assertThat(openReader().head(id).version()).isEqualTo(2);
  }

  @Test
  void refusesAnEntryWithAnyByteChanged() throws Exception {
    makeThreeEntries();
    byte[] whole = Files.readAllBytes(entry(2));
    for (int at = 0; at < whole.length; at++) {
      byte[] changed = whole.clone();
      changed[at] ^= 0x40;
      Files.write(entry(2), changed);

      assertThatThrownBy(this::openReader)
          .as("byte %d of %d", at, whole.length)
          .isInstanceOfAny(CorruptObjectException.class, FormatTooNewException.class);
    }
  }

  @Test
  void refusesBytesAfterAnEntry() throws Exception {
    makeThreeEntries();
    byte[] whole = Files.readAllBytes(entry(3));
    Files.write(entry(3), Arrays.copyOf(whole, whole.length + 1));

    assertThatThrownBy(this::openReader).isInstanceOf(CorruptObjectException.class);
  }

  @Test
  void refusesALedgerWithADeletedEntry() throws Exception {
    makeThreeEntries();
    Files.delete(entry(2));

    assertThatThrownBy(this::openReader)
        .isInstanceOf(CorruptObjectException.class)
        .hasMessageContaining("000000002.entry")
        .hasMessageContaining("missing");
  }

  @Test
  void neverFillsAHole() throws Exception {
    DatabaseId id = makeThreeEntries();
    DirectoryRegistry other = open(KEYS.get(1));
    as(0).freeze(id);
    as(0).unfreeze(id);
    Files.delete(entry(4));

    assertThatThrownBy(() -> other.register(DatabaseId.parse("into-the-hole")))
        .isInstanceOf(CorruptObjectException.class);
    assertThat(entry(4)).doesNotExist();
  }

  @Test
  void anOpenRegistryNoticesThatItsNewestEntryIsGone() throws Exception {
    DatabaseId id = makeThreeEntries();
    Files.delete(entry(3));

    assertThatThrownBy(() -> as(0).head(id))
        .isInstanceOf(CorruptObjectException.class)
        .hasMessageContaining("removed");
  }

  @Test
  void anAccountNoticesThatEntriesItHasSeenAreGone() throws Exception {
    as(0).mine(70);
    as(0).register(DatabaseId.parse("x"));
    for (long sequence = 71; sequence >= 50; sequence--) {
      Files.delete(entry(sequence));
    }

    assertThatThrownBy(() -> open(KEYS.get(0)))
        .isInstanceOf(CorruptObjectException.class)
        .hasMessageContaining("has seen");
  }

  @Test
  void anAccountTrustsItsOwnNoteOnly() throws Exception {
    as(0).mine(70);
    Path mine = folder().resolve("seen").resolve(KEYS.get(0).address().toString());
    Path others = folder().resolve("seen").resolve(KEYS.get(1).address().toString());
    assertThat(mine).exists();
    assertThat(open(KEYS.get(0)).head(registered("a")).version()).isZero();
    Files.copy(mine, others);

    assertThatThrownBy(() -> open(KEYS.get(1)))
        .isInstanceOf(CorruptObjectException.class)
        .hasMessageContaining("forged");
  }

  private DatabaseId registered(String name) throws Exception {
    DatabaseId id = DatabaseId.parse(name);
    as(0).register(id);
    return id;
  }

  @Test
  void entriesInASecondFolderAreFoundAgain() throws Exception {
    as(0).mine(259);
    as(0).register(DatabaseId.parse("late"));

    assertThat(open(KEYS.get(0)).head(DatabaseId.parse("late")).asOf().number()).isEqualTo(260);
    assertThat(folder().resolve("000001").resolve("000000260.entry")).exists();
  }

  @Test
  void refusesAnEntryThatItsActorDidNotSign() throws Exception {
    DatabaseId id = makeThreeEntries();
    Head head = as(0).head(id);
    Anchor stolen = after(head.newest().orElseThrow().anchor(), "stolen");
    Action action = new Action.MoveHead(id, stolen, Action.Road.PLAIN);
    Action.Turn turn =
        new Action.Turn(new Ledger("forger"), KEYS.get(0).address(), 4, head.asOf().timeSeconds());
    Files.write(entry(4), LedgerEntry.signed(turn, head.asOf().hash(), action, KEYS.get(1)));

    assertThatThrownBy(this::openReader)
        .isInstanceOf(CorruptObjectException.class)
        .hasMessageContaining("forged");
  }

  @Test
  void refusesAnEntryThatTheRulesForbid() throws Exception {
    DatabaseId id = makeThreeEntries();
    Head head = as(0).head(id);
    Anchor stolen = after(head.newest().orElseThrow().anchor(), "stolen");
    Action action = new Action.MoveHead(id, stolen, Action.Road.PLAIN);
    Action.Turn turn =
        new Action.Turn(
            new Ledger("stranger"), KEYS.get(1).address(), 4, head.asOf().timeSeconds());
    Files.write(entry(4), LedgerEntry.signed(turn, head.asOf().hash(), action, KEYS.get(1)));

    assertThatThrownBy(this::openReader)
        .isInstanceOf(CorruptObjectException.class)
        .hasMessageContaining("rules");
  }

  @Test
  void refusesAnEntryOfAnotherLedger() throws Exception {
    makeThreeEntries();
    Path elsewhere = temporary.resolve("elsewhere");
    try (DirectoryRegistry other =
        DirectoryRegistry.open(elsewhere, Optional.of(KEYS.get(0)), clock)) {
      other.mine(4);
    }
    Files.copy(elsewhere.resolve("000000").resolve("000000004.entry"), entry(4));

    assertThatThrownBy(this::openReader)
        .isInstanceOf(CorruptObjectException.class)
        .hasMessageContaining("does not follow");
  }

  @Test
  void refusesAnEntryWithAnActionOfALaterRelease() throws Exception {
    makeThreeEntries();
    Block tip = as(0).head(DatabaseId.parse("made")).asOf();
    byte[] unsigned =
        new ByteWriter()
            .bytes("INFTLEDG".getBytes(StandardCharsets.US_ASCII))
            .u16(1)
            .u64(4)
            .digest(tip.hash())
            .u64(tip.timeSeconds())
            .address(KEYS.get(0).address())
            .bytes32(new byte[] {(byte) 250})
            .toBytes();
    byte[] signature = KEYS.get(0).sign(Digest.keccak256(unsigned));
    Files.write(entry(4), new ByteWriter().bytes(unsigned).bytes(signature).toBytes());

    assertThatThrownBy(this::openReader).isInstanceOf(FormatTooNewException.class);
  }

  @Test
  void refusesALedgerOfALaterRelease() throws Exception {
    makeThreeEntries();
    Files.writeString(folder().resolve("ledger-format"), "inft ledger 2\n");

    assertThatThrownBy(this::openReader).isInstanceOf(FormatTooNewException.class);
  }

  @Test
  void refusesAFolderThatHoldsSomethingElse() throws Exception {
    Files.createDirectories(folder());
    Files.writeString(folder().resolve("holiday.jpg"), "not a ledger");

    assertThatThrownBy(this::openReader)
        .isInstanceOf(ForeignFileException.class)
        .hasMessageContaining("holiday.jpg");
  }

  @Test
  void refusesAFileWhereTheFolderShouldBe() throws IOException {
    Files.writeString(folder(), "a file");

    assertThatThrownBy(this::openReader).isInstanceOf(ForeignFileException.class);
  }

  @Test
  void acceptsAnEmptyFolder() throws Exception {
    Files.createDirectories(folder());

    makeThreeEntries();

    assertThat(entry(3)).exists();
  }

  @Test
  void timeDoesNotRunBackwardsWhenAClockDoes() throws Exception {
    DatabaseId id = makeThreeEntries();
    clock.advance(Duration.ofDays(-1));
    as(0).freeze(id);

    List<Control> controls = as(0).controls(id, 1, 2);
    assertThat(controls.get(1).block().timeSeconds())
        .isEqualTo(controls.get(0).block().timeSeconds());
    openReader();
  }

  @Test
  void aGeneratedKeyWorksAsWell() throws Exception {
    SigningKey fresh = SigningKey.generate(new SecureRandom());
    DatabaseId id = DatabaseId.parse("fresh");
    open(fresh).register(id);

    assertThat(openReader().head(id).owner()).isEqualTo(fresh.address());
  }

  @Test
  void objectsLieBesideTheEntriesWhichReplayWithoutThem() throws Exception {
    DatabaseId id = DatabaseId.parse("inft_12345");
    Registry owner = as(0);
    byte[] object = object(8192);
    assertThatThrownBy(() -> owner.anchorInline(id, after(first("one"), "x", object), blob(object)))
        .as("refused before anything was recorded")
        .isInstanceOf(NotRegisteredException.class);
    owner.register(id);
    owner.rotateAndAnchor(id, first("one"));
    Anchored anchored = owner.anchorInline(id, after(first("one"), "two", object), blob(object));
    Path file =
        folder()
            .resolve("objects")
            .resolve(anchored.anchor().checksum().toString().substring(2, 4))
            .resolve(anchored.anchor().checksum().toString());

    assertThat(Files.readAllBytes(file)).isEqualTo(object);
    assertThat(Files.size(entry(3))).as("the entry names it and no more").isLessThan(600);
    assertThat(openReader().object(id, anchored).toBytes()).isEqualTo(object);

    Files.write(file, new byte[] {1});
    assertThatThrownBy(() -> openReader().object(id, anchored))
        .isInstanceOf(CorruptObjectException.class);
    assertThatThrownBy(
            () -> owner.anchorInline(id, after(anchored.anchor(), "three", object), blob(object)))
        .as("what lies under its name is another one")
        .isInstanceOf(CorruptObjectException.class);
    Files.delete(file);
    assertThatThrownBy(() -> openReader().object(id, anchored))
        .isInstanceOf(ObjectMissingException.class);
    assertThat(openReader().head(id).newest()).contains(anchored);
  }

  private static Blob blob(byte[] bytes) {
    return Blob.of(bytes);
  }

  @Test
  void aLogThatKeepsNoObjectsCarriesNone() throws Exception {
    DatabaseId id = DatabaseId.parse("inft_12345");
    Map<Long, byte[]> entries = new HashMap<>();
    LedgerLog log =
        new LedgerLog() {
          @Override
          public Optional<byte[]> read(long sequence) {
            return Optional.ofNullable(entries.get(sequence));
          }

          @Override
          public long newest(long known) {
            return entries.size();
          }

          @Override
          public boolean append(long sequence, byte[] bytes) {
            return entries.putIfAbsent(sequence, bytes) == null;
          }

          @Override
          public String describe() {
            return "log of one's own";
          }
        };
    Registry owner = LedgerRegistry.open(log, Optional.of(KEYS.get(0)), clock);
    owner.register(id);
    owner.rotateAndAnchor(id, first("one"));
    byte[] object = object(10);
    Anchor two = after(first("one"), "two", object);

    assertThat(owner.maxInlineBytes()).isZero();
    assertThatThrownBy(() -> owner.anchorInline(id, two, blob(object)))
        .isInstanceOf(RegistryRefusedException.class)
        .hasMessageContaining("store");
    assertThatThrownBy(
            () ->
                owner.anchorMany(
                    List.of(new Registry.AnchorRequest(id, two, Optional.of(blob(object))))))
        .isInstanceOf(RegistryRefusedException.class);
    assertThat(owner.anchor(id, two).inlined()).isFalse();
  }
}

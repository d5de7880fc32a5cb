package io.inft;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The plan of the house: which rooms there are, which rooms each opens, and which types of a room
 * are doors. A type that is no door is the room's own, even where Java makes it public because the
 * room has a room inside.
 */
class HouseTest {
  private static final String ROOT = "io.inft.";
  private static final int MOST_FILES = 30;
  private static final Path SOURCES = Path.of("src/main/java/io/inft");

  /** Rooms whose types are values or failures for everybody. */
  private static final Set<String> EVERY_TYPE = Set.of("*");

  /** One class a failure, so their number says nothing. */
  private static final Set<String> OF_ANY_SIZE = Set.of("failure");

  /**
   * A room.
   *
   * @param opens rooms whose doors it uses; they stand below it
   * @param doors types that other rooms may use
   */
  private record Room(Set<String> opens, Set<String> doors) {
    boolean lets(String type) {
      return doors == EVERY_TYPE || doors.contains(type);
    }
  }

  private static final Map<String, Room> PLAN = new HashMap<>();

  /** A room a paragraph: its name, the rooms it opens, the types of it that others may use. */
  private static final String ROOMS =
      """
      failure
        opens
        doors *
      bytes
        opens failure
        doors *
      sqlite
        opens failure bytes
        doors DatabaseFile DatabaseHeader IntegrityCheck IntegrityReport LockPage StepLimit WalFile
          WalFrame WalIndex WalIndexHeader WalPages WalPosition WalTail WriterQueue
      vectors
        opens failure bytes
        doors VectorExtension VectorFunctions
      pack.state
        opens failure bytes
        doors Disclosure PageHasher Pages StateKey StateRoot StateTree
      pack
        opens failure bytes pack.state
        doors PackComposer PackHeader PackReader PackType PackWriter PageEntry
      seal.cipher
        opens bytes
        doors Aead CipherWarmth Hkdf SealedKey
      seal
        opens failure bytes seal.cipher
        doors DataKey KeyDerivation KeyWrapper Keyring ObjectLabel Padding Seal SealedPart SealedType Secret SlotInfo
          SlotRequest
      subjects
        opens failure bytes seal.cipher seal
        doors SubjectFunctions SubjectKeys
      keystore
        opens failure bytes seal
        doors KeystoreKeyWrapper
      commit
        opens failure bytes pack.state pack
        doors Archive Attachment AttachmentType CommitBody CommitChain CommitObject DriverEvent Event
          EventBatch EventChain EventTree Jump Location Manifest PackEnd PackEntry SealedManifest TransactionLog TransactionRecord
      lazy.vfs
        opens bytes
        doors FileGate NativeFile NativeMemory OpeningThread OwnFile PageVfs VfsUnavailableException
      lazy
        opens failure bytes sqlite lazy.vfs
        doors Base HydrationProgress PageRequest PageSink PageSpan PageSupplier PartialDatabase WholeCheck
      store.merkle
        opens failure bytes
        doors MerkleProof MerkleRoot MerkleTree ObjectLayout ObjectRef ObjectTree SegmentHash
          ZeroSubtrees
      store
        opens failure bytes store.merkle
        doors DirectoryStore RenewableStore SegmentSpan Store StoreReader
      registry
        opens failure bytes
        doors Anchor Anchored Block Control DatabaseId Head HeadNews Inlined Kind PaidRegistry Registry
          RegistryReader Rights RunningHashes
      proof.tables
        opens failure bytes sqlite pack.state
        doors RowSearch ShownBytes ShownDatabase ShownParts StoredValue TableDefinition TableRow
      proof
        opens failure bytes pack.state commit store.merkle registry proof.tables
        doors AnchorFacts EventProof Proof ProofCheck ProofContext ProofPin ProofPlace ProofReport RowProof
      upkeep
        opens failure bytes commit store.merkle store registry
        doors Needed PayingAgain Upkeep
      registry.ledger
        opens failure bytes registry
        doors DirectoryRegistry
      rpc
        opens failure bytes
        doors Endpoints JsonFields JsonRpc JsonRpcSocket Quorum RetryRule RpcSettings
      evm
        opens failure bytes rpc
        doors AbiReader AbiWriter AccountBook BlockHeader Call Chain ChainSettings Fees FileJournal Log LogFeed
          LogSource Meter ProvenState Receipt Revert SpendCap TransactionSender
      store.zerog
        opens failure bytes store.merkle store rpc evm
        doors FlowPin KnownNode NodeSelection PeerEncryption PeerKey ShardConfig StoreHealth
          Submission ZeroGFiles ZeroGSettings ZeroGStore
      registry.onchain
        opens failure bytes registry evm
        doors GuideContract OnchainRegistry OnchainSettings RegistryCode
      devnet
        opens failure bytes store.merkle rpc evm store.zerog registry.onchain
        doors DevNode Devnet DevnetOptions PlayMoney ZeroGContracts
      capture
        opens failure bytes sqlite lazy vectors pack.state commit
        doors Capture CaptureJournal ChangedPages EventTail Integrity LogAtRest PageImages PageSet
          Pin SourceDatabase SqliteLink TransactionTally WorkingFiles
      replica.local
        opens failure bytes sqlite lazy pack.state store.merkle store registry capture
        doors Backlog ChainTime CommitAge EngineThreads FileProof Following Fork ForkTable IdleGeneration IdleWatch KnownDatabase Lag LocalStatus
          MissingHead Network News ObjectFolder PageHashesFile Purse PutAside SeenHead UnfinalizedVersions
          WaitingCallers Waits Withdrawal WorkingCopy WriterState
          VerifiedMark
      replica.restore
        opens failure bytes observe sqlite pack.state pack seal commit store.merkle store registry capture
          replica.local
        doors CarriedObjects CommitCache Commits DatabaseScope EndRead EventLog Foundation HeadCheck KeyCheck Keys LogEntry ObjectPolicy PackAccess
          PastKeys PastVersions Predecessor Restore TimeSpan Tip Unlocking Unreadable VersionDetails
      replica.proving
        opens failure bytes pack.state commit registry replica.local replica.restore seal proof proof.tables
        doors Receipts RowProofs
      replica.partial
        opens failure bytes observe sqlite lazy pack.state pack seal commit store.merkle registry replica.local replica.restore
        doors BaseOfGeneration OpenMode PagesWanted PartialBase PartialConnection PartialVersion PastFolders
      replica.publish.policy
        opens failure bytes pack.state commit
        doors Budget BudgetPolicy Cadence CompactionPolicy Decision FinalityLooks Inlining Known Money Pace Prices PublishPolicy
          RestoreSetPlan Retry SpendingNote RoadPolicy
      replica.publish.version
        opens failure bytes sqlite pack.state pack seal commit store.merkle store registry capture
          replica.local replica.restore replica.publish.policy
        doors GenerationFolder OutboxWriter PackMaker PagePacker PageProof StagedPack StagedVersion
          VersionContent VersionOrder VersionSealer
      replica.publish
        opens failure bytes observe sqlite pack.state pack seal commit store.merkle store registry capture
          replica.local replica.restore replica.partial replica.publish.policy replica.publish.version upkeep
        doors Anchoring FinalityWatcher GenerationWriter InlinedTail KeyChange MissingRight PublishStep
          Publisher PublisherTask Rekeying Rotation Sender Unpublished
      replica
        opens failure bytes observe sqlite lazy pack.state pack seal commit store.merkle store registry capture
          replica.local replica.restore replica.partial replica.publish.policy
          replica.publish.version replica.publish upkeep replica.proving proof
        doors Batch DatabaseOverview DatabaseStatus Databases EngineSettings Engines Forks Importing KeyringState Recovery
          Session
      custody
        opens failure bytes sqlite vectors pack.state pack seal commit store.merkle store registry
        doors Code Custody CustodyReport Finding Progress ReportJson Severity StoragePaid Verdict
          Verification
      jdbc.sql
        opens
        doors EventTable Script SqlText StatementKind
      jdbc.errors
        opens failure
        doors Situation SqlExceptions
      jdbc.config
        opens failure bytes seal keystore
        doors BudgetText DurationText GivenSecrets InftProperty InftUrl KeyServices KeystoreFile Logging SecretFile
          Services Settings SqlitePragma Surroundings UserHome
      jdbc.network
        opens failure bytes seal store registry registry.ledger rpc evm store.zerog
          registry.onchain replica.local jdbc.config
        doors ChainNetwork ChainPreset DevelopmentKeys NetworkRequest Networks PayingAccount PlainHttp
      diff
        opens failure bytes sqlite capture replica.local replica
        doors DatabaseDiff DiffJson DiffListener DiffOptions DiffState Differences RowChange TableDiff
      jdbc
        opens failure bytes sqlite vectors subjects lazy seal registry evm store.zerog registry.onchain replica.local
          replica.restore replica.partial replica.publish.policy replica.publish replica custody upkeep replica.proving proof proof.tables diff jdbc.sql
          jdbc.errors jdbc.config jdbc.network
        doors ConnectionOpening DatabaseJson GuidePointers InftConnection InftDriver RegistryDeployment StorageTarget Target
      handover
        opens failure bytes seal registry replica.local replica.publish replica jdbc
        doors HandOver HandOverState Offer
      doctor
        opens failure bytes sqlite vectors seal commit store.merkle store registry evm store.zerog
          registry.onchain replica.local replica.publish.policy replica custody upkeep jdbc.errors
          jdbc.config jdbc.network jdbc
        doors Doctor DoctorStep
      api
        opens failure bytes seal registry replica.restore replica custody jdbc
        doors
      agents.search
        opens bytes agents.rows
        doors Embedder Memories Memory NewMemory Question Recall
      agents.rows
        opens bytes
        doors Exchanges Lender Media Rows Sealed Sealing ShortId StoreException Transaction WordIndex
      agents.adk
        opens bytes agents.rows
        doors
      agents.langgraph4j
        opens bytes agents.rows
        doors
      agents
        opens bytes agents.rows
        doors
      observe
        opens
        doors Figure Observations Observed Standing
      integration
        opens failure observe
        doors
      imports
        opens failure bytes sqlite seal commit capture replica jdbc.sql jdbc
        doors GuideKey Import
      cli.console
        opens failure bytes registry jdbc.config jdbc
        doors Accounts ByteText CommandHome Consent DatabaseOptions Judging NetworkOptions Output OverUnreadable
          Profile PropertyOptions Suggestions Terminal TransferBar TypedText
      cli.storage
        opens failure bytes store.merkle store.zerog jdbc.config jdbc cli.console
        doors StorageCommand
      cli.registry
        opens failure bytes registry jdbc cli.console
        doors RegistryCommand
      cli.account
        opens failure bytes devnet jdbc.network jdbc.config jdbc cli.console
        doors AccountCommand
      cli.config
        opens failure bytes jdbc.config jdbc cli.console
        doors ConfigCommand InitCommand
      cli.keys
        opens failure bytes seal replica.local replica.restore replica.publish replica jdbc.config
          jdbc cli.console cli.database
        doors KeysCommand
      cli.handover
        opens failure bytes seal registry replica.local replica custody jdbc handover cli.console
        doors HandOverCommand
      cli.proof
        opens failure bytes commit registry replica.proving proof proof.tables pack.state jdbc cli.console
        doors CheckProof ProveCommand ReceiptCommand
      cli.database
        opens failure bytes store.merkle store registry replica.local replica.restore replica custody
          replica.publish.policy upkeep diff jdbc jdbc.config jdbc.sql imports cli.console
        doors DiffCommand Events ForksCommand History ImportFiles ListCommand Outbox Pull Push Renew RestoreVersion SqlCommand Status Sync Verify
      cli.report
        opens failure bytes registry replica.local replica.restore replica custody upkeep diff jdbc cli.console
        doors ReportCommand
      cli.watch
        opens failure bytes registry replica replica.local upkeep jdbc cli.console
        doors WatchCommand
      cli.mcp
        opens failure bytes registry replica.local replica.restore replica proof commit diff agents.search jdbc
          jdbc.config cli.console
        doors McpCommand
      cli
        opens failure bytes store.zerog devnet replica jdbc doctor cli.console cli.storage
          cli.registry cli.keys cli.handover cli.proof cli.database cli.account cli.config cli.report cli.watch cli.mcp
        doors
      """;

  static {
    for (String paragraph : ROOMS.strip().split("\\R(?=\\S)", -1)) {
      List<String> words = List.of(paragraph.split("\\s+", -1));
      int doors = words.indexOf("doors");
      Set<String> open = Set.copyOf(words.subList(2, doors));
      Set<String> types = Set.copyOf(words.subList(doors + 1, words.size()));
      PLAN.put(words.get(0), new Room(open, types.equals(EVERY_TYPE) ? EVERY_TYPE : types));
    }
  }

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .withImportOption(location -> !location.contains("/dev/test/"))
          .importPackages("io.inft");

  @Test
  void everyRoomIsPlanned() {
    Set<String> built = new TreeSet<>();
    for (JavaClass found : CLASSES) {
      built.add(room(found));
    }
    assertThat(built).isEqualTo(new TreeSet<>(PLAN.keySet()));
  }

  @Test
  void everyDoorIsPlanned() {
    List<String> wrong = new ArrayList<>();
    for (JavaClass found : CLASSES) {
      for (Dependency dependency : found.getDirectDependenciesFromSelf()) {
        JavaClass target = dependency.getTargetClass().getBaseComponentType();
        if (isOurs(target) && !room(target).equals(room(found)) && !mayUse(room(found), target)) {
          wrong.add(room(found) + " opens " + room(target) + ": " + dependency.getDescription());
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  private static boolean mayUse(String from, JavaClass target) {
    String to = room(target);
    return PLAN.containsKey(from)
        && PLAN.containsKey(to)
        && PLAN.get(from).opens().contains(to)
        && PLAN.get(to).lets(file(target));
  }

  @Test
  void everyPlannedDoorIsUsed() {
    Map<String, Set<String>> unused = new TreeMap<>();
    Map<String, Set<String>> closed = new TreeMap<>();
    PLAN.forEach(
        (name, room) -> {
          unused.put(name, new TreeSet<>(room.doors() == EVERY_TYPE ? Set.of() : room.doors()));
          closed.put(name, new TreeSet<>(room.opens()));
        });
    for (JavaClass found : CLASSES) {
      for (Dependency dependency : found.getDirectDependenciesFromSelf()) {
        JavaClass target = dependency.getTargetClass().getBaseComponentType();
        if (isOurs(target) && !room(target).equals(room(found))) {
          unused.getOrDefault(room(target), new TreeSet<>()).remove(file(target));
          closed.getOrDefault(room(found), new TreeSet<>()).remove(room(target));
        }
      }
    }
    unused.values().removeIf(Set::isEmpty);
    closed.values().removeIf(Set::isEmpty);
    assertThat(unused).as("doors that no other room uses").isEmpty();
    assertThat(closed).as("rooms that need not be opened").isEmpty();
  }

  @Test
  void noDoorOpensUpwardsSoThereIsNoCycle() {
    Map<String, Integer> floors = new TreeMap<>();
    for (String room : PLAN.keySet()) {
      floor(room, floors, new ArrayList<>());
    }
    assertThat(floors.keySet()).containsExactlyInAnyOrderElementsOf(PLAN.keySet());
  }

  private static final Path PAGE = Path.of("src/site/markdown/architecture.md");

  @Test
  void thePageNamesEveryRoomAndNoTypeThatIsNotThere() throws IOException {
    String page = Files.readString(PAGE);
    List<String> notNamed = new ArrayList<>();
    for (String room : PLAN.keySet()) {
      String last = room.substring(room.lastIndexOf('.') + 1);
      if (!Pattern.compile("[. `(]" + last + "\\b").matcher(page).find()) {
        notNamed.add(room);
      }
    }
    Set<String> types = new TreeSet<>();
    for (String root : List.of("src/main/java", "src/test/java", "examples/own-network")) {
      try (Stream<Path> files = Files.walk(Path.of(root))) {
        files.forEach(file -> types.add(file.getFileName().toString().replace(".java", "")));
      }
    }
    Set<String> gone = new TreeSet<>();
    Matcher type = Pattern.compile("`([A-Z]\\w*[a-z]\\w*)[`.]").matcher(page);
    while (type.find()) {
      gone.add(type.group(1));
    }
    gone.removeAll(types);
    assertThat(notNamed).as("rooms that the page does not name").isEmpty();
    assertThat(gone).as("types that the page names and nobody has").isEmpty();
  }

  /** Rooms that lie in jars of their own. */
  private static final List<String> BESIDE =
      List.of("agents", "cli", "devnet", "doctor", "imports");

  @Test
  void theDriversModuleExportsItsRooms() throws IOException {
    Set<String> exported = new TreeSet<>();
    Matcher line =
        Pattern.compile("exports io\\.inft\\.([\\w.]+);")
            .matcher(Files.readString(Path.of("src/main/module/module-info.java")));
    while (line.find()) {
      exported.add(line.group(1));
    }
    Set<String> rooms = new TreeSet<>(PLAN.keySet());
    rooms.removeIf(room -> isIn(room, BESIDE));
    assertThat(exported).isEqualTo(rooms);
  }

  @Test
  void noRoomHasMoreFilesThanOneCanLookOver() {
    Map<String, Set<String>> files = new TreeMap<>();
    for (JavaClass found : CLASSES) {
      files.computeIfAbsent(room(found), name -> new TreeSet<>()).add(file(found));
    }
    files.keySet().removeAll(OF_ANY_SIZE);
    files.values().removeIf(room -> room.size() <= MOST_FILES);
    assertThat(files).isEmpty();
  }

  private static final Set<String> ONE_A_ROOM = Set.of("package-info");

  /**
   * Rooms whose formats are JSON by nature, and the rooms of the commands, which print it. Between
   * the others go values.
   */
  private static final List<String> SPEAK_JSON =
      List.of("rpc", "evm", "store.zerog", "devnet", "agents", "cli");

  /** Documents, answers in SQL, and what an application gives. */
  private static final Set<String> MAKE_JSON =
      Set.of(
          "api.EventJson", // checks an application's event
          "api.InftStorage", // takes one that is a map
          "bytes.JsonMappers",
          "commit.DriverEvent",
          "custody.ReportJson",
          "diff.DiffJson",
          "imports.EventLine", // reads what the guide's clients wrote
          "jdbc.DatabaseJson",
          "jdbc.config.KeystoreFile");

  @Test
  void aNameMeansOneThing() {
    Map<String, Set<String>> rooms = new TreeMap<>();
    for (JavaClass found : CLASSES) {
      rooms.computeIfAbsent(file(found), name -> new TreeSet<>()).add(room(found));
    }
    rooms.keySet().removeAll(ONE_A_ROOM);
    rooms.values().removeIf(those -> those.size() == 1);
    assertThat(rooms).as("files of one name in several rooms").isEmpty();
  }

  @Test
  void noRoomHandsAnotherJson() {
    Set<String> found = new TreeSet<>();
    for (JavaClass one : CLASSES) {
      boolean speaks =
          one.getDirectDependenciesFromSelf().stream()
              .anyMatch(use -> use.getTargetClass().getName().startsWith("com.fasterxml.jackson"));
      if (speaks && !isIn(room(one), SPEAK_JSON)) {
        found.add(room(one) + "." + file(one));
      }
    }
    assertThat(found).isEqualTo(new TreeSet<>(MAKE_JSON));
  }

  /** A thread of an application would keep what libraries leave with it, and their class loader. */
  @Test
  void noLibraryLeavesAnythingWithAnApplicationsThread() {
    Set<String> found = new TreeSet<>();
    for (JavaClass one : CLASSES) {
      Set<String> used = new TreeSet<>();
      one.getDirectDependenciesFromSelf().forEach(use -> used.add(use.getTargetClass().getName()));
      boolean signs =
          used.stream()
              .anyMatch(
                  name -> name.startsWith("org.bouncycastle") || name.startsWith("org.web3j"));
      if (signs && !one.getName().contains("BouncyCastleStart") && !startsIt(one, used)) {
        found.add(one.getName() + ": BouncyCastleStart.now() comes first");
      }
      boolean command = isIn(room(one), List.of("cli", "devnet"));
      boolean keeps =
          one.getMethodCallsFromSelf().stream()
                  .anyMatch(
                      call ->
                          call.getName().equals("toString")
                              && call.getTargetOwner().isAssignableTo(JsonNode.class))
              || one.getConstructorCallsFromSelf().stream()
                  .anyMatch(call -> call.getTargetOwner().isAssignableTo(ObjectMapper.class));
      if (keeps && !command) {
        found.add(one.getName() + ": JsonMappers makes mappers, and texts of trees");
      }
    }
    assertThat(found).isEmpty();
  }

  private static boolean startsIt(JavaClass one, Set<String> used) {
    return used.contains("io.inft.bytes.BouncyCastleStart") || one.getEnclosingClass().isPresent();
  }

  @Test
  void nobodyPutsJsonTogetherByHand() throws IOException {
    Pattern field = Pattern.compile("[{,]\\\\\"[\\w.]+\\\\\":|\"\\{\\\\\"");
    List<String> found = new ArrayList<>();
    try (Stream<Path> files = Files.walk(SOURCES)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
        if (field.matcher(Files.readString(file)).find()) {
          found.add(SOURCES.relativize(file).toString());
        }
      }
    }
    assertThat(found).isEmpty();
  }

  private static boolean isIn(String room, List<String> rooms) {
    return rooms.stream().anyMatch(one -> room.equals(one) || room.startsWith(one + "."));
  }

  private static int floor(String room, Map<String, Integer> floors, List<String> path) {
    assertThat(path).as("a cycle of doors").doesNotContain(room);
    Integer known = floors.get(room);
    if (known != null) {
      return known;
    }
    assertThat(PLAN).containsKey(room);
    path.add(room);
    int floor = 0;
    for (String below : PLAN.get(room).opens()) {
      floor = Math.max(floor, floor(below, floors, path) + 1);
    }
    path.remove(room);
    floors.put(room, floor);
    return floor;
  }

  private static boolean isOurs(JavaClass found) {
    return found.getPackageName().startsWith(ROOT);
  }

  private static String room(JavaClass found) {
    return found.getPackageName().substring(ROOT.length());
  }

  /** The outermost class: the file's name. */
  private static String file(JavaClass found) {
    String name = found.getName().substring(found.getPackageName().length() + 1);
    int nested = name.indexOf('$');
    return nested < 0 ? name : name.substring(0, nested);
  }
}

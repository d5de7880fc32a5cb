package io.inft;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * The plan of the house: which rooms there are, which rooms each opens, and which types of a room
 * are doors. A type that is no door is the room's own, even where Java makes it public because the
 * room has a room inside.
 */
class HouseTest {
  private static final String ROOT = "io.inft.";
  private static final int MOST_FILES = 30;

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

  private static void room(String name, Set<String> opens, Set<String> doors) {
    PLAN.put(name, new Room(opens, doors));
  }

  static {
    room("failure", Set.of(), EVERY_TYPE);
    room("bytes", Set.of("failure"), EVERY_TYPE);
    room(
        "sqlite",
        Set.of("failure", "bytes"),
        Set.of(
            "DatabaseFile",
            "DatabaseHeader",
            "IntegrityCheck",
            "IntegrityReport",
            "LockPage",
            "WalFile",
            "WalFrame",
            "WalIndex",
            "WalIndexHeader",
            "WalPages",
            "WalPosition",
            "WalTail"));
    room(
        "pack",
        Set.of("failure", "bytes"),
        Set.of(
            "PackComposer",
            "PackEntry",
            "PackHeader",
            "PackKind",
            "PackReader",
            "PackWriter",
            "PageHasher",
            "StateTree"));
    room(
        "seal",
        Set.of("failure", "bytes"),
        Set.of(
            "DataKey",
            "KeyDerivation",
            "KeyWrapper",
            "Keyring",
            "ObjectLabel",
            "Seal",
            "SealedType",
            "Secret",
            "SlotInfo",
            "SlotRequest"));
    room("keystore", Set.of("failure", "bytes", "seal"), Set.of("KeystoreKeyWrapper"));
    room(
        "commit",
        Set.of("failure", "bytes"),
        Set.of(
            "Attachment",
            "AttachmentType",
            "CommitBody",
            "CommitChain",
            "CommitObject",
            "Event",
            "EventBatch",
            "EventChain",
            "Jump",
            "Location",
            "Manifest",
            "PackEntry",
            "PackType",
            "TransactionLog",
            "TransactionRecord"));
    room(
        "store.merkle",
        Set.of("failure", "bytes"),
        Set.of(
            "MerkleProof",
            "MerkleRoot",
            "MerkleTree",
            "ObjectLayout",
            "ObjectRef",
            "ObjectTree",
            "SegmentHash",
            "ZeroSubtrees"));
    room(
        "store",
        Set.of("failure", "bytes", "store.merkle"),
        Set.of("DirectoryStore", "SegmentBeside", "Store", "StoreReader"));
    room(
        "registry",
        Set.of("failure", "bytes"),
        Set.of(
            "Anchor",
            "Anchored",
            "Block",
            "Control",
            "DatabaseId",
            "Head",
            "Kind",
            "PaidRegistry",
            "Registry",
            "RegistryReader",
            "Rights",
            "RunningHashes"));
    room("registry.ledger", Set.of("failure", "bytes", "registry"), Set.of("DirectoryRegistry"));
    room(
        "rpc",
        Set.of("failure", "bytes"),
        Set.of("JsonFields", "JsonRpc", "RetryRule", "RpcSettings"));
    room(
        "evm",
        Set.of("failure", "bytes", "rpc"),
        Set.of(
            "AbiReader",
            "AbiWriter",
            "BlockHeader",
            "Call",
            "Chain",
            "ChainSettings",
            "Fees",
            "FileJournal",
            "Log",
            "Receipt",
            "Revert",
            "SpendCap",
            "TransactionSender"));
    room(
        "store.zerog",
        Set.of("failure", "bytes", "store.merkle", "store", "rpc", "evm"),
        Set.of(
            "FlowPin",
            "KnownNode",
            "NodeSelection",
            "PeerEncryption",
            "PeerKey",
            "ShardConfig",
            "StoreHealth",
            "Submission",
            "ZeroGFiles",
            "ZeroGSettings",
            "ZeroGStore"));
    room(
        "registry.onchain",
        Set.of("failure", "bytes", "registry", "evm"),
        Set.of("OnchainRegistry", "OnchainSettings", "RegistryCode"));
    room(
        "devnet",
        Set.of("failure", "bytes", "store.merkle", "rpc", "evm", "store.zerog", "registry.onchain"),
        Set.of("DevNode", "Devnet", "DevnetOptions", "ZeroGContracts"));
    room(
        "capture",
        Set.of("failure", "bytes", "sqlite", "pack", "commit"),
        Set.of(
            "Capture",
            "CaptureJournal",
            "ChangedPages",
            "EventTail",
            "Integrity",
            "LogAtRest",
            "PageImages",
            "PageSet",
            "Pin",
            "SqliteLink",
            "TransactionTally",
            "WorkingFiles"));
    room(
        "replica.local",
        Set.of(
            "failure", "bytes", "sqlite", "pack", "store.merkle", "store", "registry", "capture"),
        Set.of(
            "Backlog",
            "EngineThreads",
            "FileProof",
            "Fork",
            "ForkTable",
            "IdleGeneration",
            "Lag",
            "LocalStatus",
            "MissingHead",
            "Network",
            "ObjectFolder",
            "PageHashesFile",
            "PutAside",
            "SeenHead",
            "UnfinalizedVersions",
            "Waits",
            "Withdrawal",
            "WorkingCopy",
            "WriterState"));
    room(
        "replica.restore",
        Set.of(
            "failure",
            "bytes",
            "sqlite",
            "pack",
            "seal",
            "commit",
            "store.merkle",
            "store",
            "registry",
            "capture",
            "replica.local"),
        Set.of(
            "Commits",
            "DatabaseScope",
            "EventLog",
            "Foundation",
            "HeadCheck",
            "KeyCheck",
            "Keys",
            "PackAccess",
            "PastKeys",
            "Predecessor",
            "Restore",
            "TimeSpan",
            "Tip",
            "Unlocking",
            "Unreadable"));
    room(
        "replica.publish",
        Set.of(
            "failure",
            "bytes",
            "sqlite",
            "pack",
            "seal",
            "commit",
            "store.merkle",
            "store",
            "registry",
            "capture",
            "replica.local",
            "replica.restore"),
        Set.of(
            "Anchoring",
            "Cadence",
            "FinalityWatcher",
            "GenerationWriter",
            "KeyChange",
            "MissingRight",
            "Publisher",
            "PublisherTask",
            "Rekeying",
            "Rotation",
            "Sender"));
    room(
        "replica",
        Set.of(
            "failure",
            "bytes",
            "sqlite",
            "pack",
            "seal",
            "commit",
            "store.merkle",
            "store",
            "registry",
            "capture",
            "replica.local",
            "replica.restore",
            "replica.publish"),
        Set.of(
            "Batch",
            "DatabaseStatus",
            "Databases",
            "EngineSettings",
            "Engines",
            "Forks",
            "KeyringState",
            "Recovery",
            "Session"));
    room(
        "custody",
        Set.of(
            "failure",
            "bytes",
            "sqlite",
            "pack",
            "seal",
            "commit",
            "store.merkle",
            "store",
            "registry"),
        Set.of(
            "Code",
            "Custody",
            "CustodyReport",
            "Finding",
            "Progress",
            "Severity",
            "Verdict",
            "Verification"));
    room("jdbc.sql", Set.of(), Set.of("EventTable", "Script", "SqlText", "StatementKind"));
    room("jdbc.errors", Set.of("failure"), Set.of("SqlExceptions"));
    room(
        "jdbc.config",
        Set.of("failure", "bytes", "seal", "keystore"),
        Set.of(
            "DurationText",
            "GivenSecrets",
            "InftProperty",
            "InftUrl",
            "KeyServices",
            "Logging",
            "SecretFile",
            "Settings",
            "SqlitePragma",
            "Surroundings"));
    room(
        "jdbc.network",
        Set.of(
            "failure",
            "bytes",
            "seal",
            "store",
            "registry",
            "registry.ledger",
            "rpc",
            "evm",
            "store.zerog",
            "registry.onchain",
            "replica.local",
            "jdbc.config"),
        Set.of(
            "ChainNetwork",
            "ChainPreset",
            "DevelopmentKeys",
            "NetworkProvider",
            "NetworkRequest",
            "Networks"));
    room(
        "jdbc",
        Set.of(
            "failure",
            "bytes",
            "seal",
            "registry",
            "evm",
            "store.zerog",
            "registry.onchain",
            "replica.local",
            "replica.restore",
            "replica.publish",
            "replica",
            "custody",
            "jdbc.sql",
            "jdbc.errors",
            "jdbc.config",
            "jdbc.network"),
        Set.of(
            "ConnectionOpening",
            "InftConnection",
            "InftDriver",
            "RegistryDeployment",
            "StorageTarget",
            "Target"));
    room(
        "doctor",
        Set.of(
            "failure",
            "bytes",
            "sqlite",
            "seal",
            "commit",
            "store.merkle",
            "store",
            "registry",
            "evm",
            "store.zerog",
            "registry.onchain",
            "replica.local",
            "replica.publish",
            "replica",
            "custody",
            "jdbc.errors",
            "jdbc.config",
            "jdbc.network",
            "jdbc"),
        Set.of("Doctor", "DoctorStep"));
    room(
        "api",
        Set.of("failure", "bytes", "seal", "registry", "replica", "custody", "jdbc"),
        Set.of());
    room("integration", Set.of("failure", "bytes"), Set.of());
    room(
        "cli.console",
        Set.of("bytes", "registry", "jdbc.config", "jdbc"),
        Set.of(
            "CommandHome",
            "Consent",
            "DatabaseOptions",
            "NetworkOptions",
            "Output",
            "OverUnreadable",
            "Progress",
            "PropertyOptions",
            "Terminal"));
    room(
        "cli.storage",
        Set.of(
            "failure",
            "bytes",
            "store.merkle",
            "store.zerog",
            "jdbc.config",
            "jdbc",
            "cli.console"),
        Set.of("StorageCommand"));
    room(
        "cli.registry",
        Set.of("failure", "bytes", "registry", "jdbc.config", "jdbc", "cli.console"),
        Set.of("RegistryCommand"));
    room(
        "cli.keys",
        Set.of(
            "failure",
            "bytes",
            "seal",
            "replica.local",
            "replica.restore",
            "replica.publish",
            "replica",
            "jdbc.config",
            "jdbc",
            "cli.console",
            "cli.database"),
        Set.of("Keys"));
    room(
        "cli.database",
        Set.of(
            "failure",
            "bytes",
            "registry",
            "replica.local",
            "replica",
            "custody",
            "jdbc",
            "cli.console"),
        Set.of(
            "Events",
            "Forks",
            "History",
            "Pull",
            "Push",
            "RestoreVersion",
            "Status",
            "Sync",
            "Verify"));
    room(
        "cli",
        Set.of(
            "failure",
            "bytes",
            "store.zerog",
            "devnet",
            "replica",
            "jdbc",
            "doctor",
            "cli.console",
            "cli.storage",
            "cli.registry",
            "cli.keys",
            "cli.database"),
        Set.of());
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

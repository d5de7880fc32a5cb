package io.inft.registry;

import io.inft.bytes.Address;
import io.inft.bytes.Blob;
import io.inft.bytes.Digest;
import io.inft.failure.AlreadyRegisteredException;
import io.inft.failure.HeadConflictException;
import io.inft.failure.InftException;
import io.inft.failure.InvalidIdException;
import io.inft.failure.KeyEpochConflictException;
import io.inft.failure.NotAuthorizedException;
import io.inft.failure.NotRegisteredException;
import io.inft.failure.RegistryRefusedException;
import io.inft.registry.ledger.Action;
import io.inft.registry.ledger.Action.Road;
import io.inft.registry.ledger.Ledger;
import io.inft.registry.ledger.LedgerEntry;
import io.inft.registry.ledger.LedgerRecord;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Random requests to a ledger, good and bad, with what became of them, as a script that the
 * contract's tests replay. The same seed always gives the same script.
 */
final class LedgerScript {
  private static final Address NFT = Address.parse("00".repeat(18) + "1721");
  private static final List<Address> ACCOUNTS =
      List.of("0a", "0b", "0c", "0d").stream()
          .map(end -> Address.parse("ac".repeat(19) + end))
          .toList();

  /** What the ledger's reasons say, and the contract's error for it; the first that fits counts. */
  private static final Map<String, String> ERRORS = new LinkedHashMap<>();

  static {
    ERRORS.put("must be observed first", "NotObserved");
    ERRORS.put("frozen", "BadState");
    ERRORS.put("locked until", "Locked");
    ERRORS.put("grant expired", "Expired");
    ERRORS.put("expiry has passed", "Expired");
    ERRORS.put("not before block", "TooEarly");
    ERRORS.put("too soon", "TooSoon");
    ERRORS.put("must not be zero", "BadHash");
    ERRORS.put("no such roles", "BadGrant");
    ERRORS.put("a lock", "BadLock");
    ERRORS.put("there are versions", "BadRange");
    ERRORS.put("whoever owns the NFT", "WrongMode");
    ERRORS.put("not an id of an NFT", "WrongMode");
    ERRORS.put("token has no owner", "NoOwner");
    ERRORS.put("account zero", "NoProposal");
    ERRORS.put("no owner is proposed", "NoProposal");
    ERRORS.put("not the inspected", "NotAsInspected");
  }

  private record Step(
      Address sender,
      Address target,
      long block,
      long time,
      Blob call,
      String outcome,
      BigInteger result,
      Digest id,
      Digest history,
      Digest control,
      Address owner) {}

  private final Random random;
  private final Ledger ledger = new Ledger("script");
  private final List<DatabaseId> ids;
  private final List<Step> steps = new ArrayList<>();
  private final Map<Digest, Blob> objects = new HashMap<>();
  private long time = 1_767_225_600L;
  private int roots;

  private LedgerScript(long seed) throws InvalidIdException {
    random = new Random(seed);
    ids =
        List.of(
            DatabaseId.parse("vectors/Flat_1"),
            DatabaseId.parse(ACCOUNTS.get(0) + "/vectors"),
            DatabaseId.parse("eip155:" + Ledger.CHAIN_ID + "/erc721:" + NFT + "/77"));
  }

  /** The script as JSON: one array a column. */
  static String json(long seed, int length) throws InftException {
    LedgerScript script = new LedgerScript(seed);
    script.begin();
    while (script.steps.size() < length) {
      script.anything();
    }
    return script.json();
  }

  /** Everything exists and has a version, so that most of what follows means something. */
  private void begin() throws InftException {
    for (DatabaseId id : ids) {
      ask(ACCOUNTS.get(0), new Action.MoveHead(id, anchor(id, true, 1), Road.ROTATING), id);
      if (id.token().isPresent()) {
        ask(ACCOUNTS.get(0), new Action.SetTokenOwner(id, ACCOUNTS.get(0)), id);
      }
      ask(ACCOUNTS.get(0), new Action.Register(id), id);
      ask(ACCOUNTS.get(1), new Action.Freeze(id, true), id);
    }
    DatabaseId token = ids.get(2);
    ask(ACCOUNTS.get(3), new Action.ObserveOwner(token), token);
    ask(ACCOUNTS.get(3), new Action.PublishEncryptionKey(1, Blob.of(new byte[33])), token);
    ask(ACCOUNTS.get(3), new Action.ObserveOwner(token), token);
    for (DatabaseId id : ids) {
      ask(ACCOUNTS.get(0), new Action.MoveHead(id, anchor(id, false, 0), Road.PLAIN), id);
      ask(ACCOUNTS.get(0), new Action.MoveHead(id, anchor(id, true, 1), Road.ROTATING), id);
    }
  }

  private void anything() throws InftException {
    time += random.nextInt(4) == 0 ? random.nextInt(3000) : random.nextInt(20);
    DatabaseId id = ids.get(random.nextInt(ids.size()));
    boolean frozen = ledger.record(id).head(ledger.tip()).status() == Head.FROZEN;
    Address actor = random.nextInt(3) == 0 ? account() : ledger.record(id).controller();
    if (actor.isZero()) {
      actor = account();
    }
    boolean thaws = frozen && random.nextInt(3) == 0;
    ask(actor, thaws ? new Action.Freeze(id, false) : action(id, actor), id);
  }

  private Action action(DatabaseId id, Address actor) throws InftException {
    Head head = ledger.record(id).head(ledger.tip());
    return switch (random.nextInt(24)) {
      case 0, 1, 2 -> new Action.MoveHead(id, anchor(id, false, 0), Road.PLAIN);
      case 3, 4 -> inlined(id);
      case 5, 6 -> new Action.MoveHead(id, anchor(id, true, random.nextInt(3)), Road.ROTATING);
      case 7, 8 -> new Action.AnchorMany(batch());
      case 9, 10, 11 ->
          new Action.Grant(
              id,
              random.nextInt(20) == 0 ? Address.ZERO : account(),
              random.nextInt(9),
              time + random.nextInt(600) - 30,
              random.nextInt(2) * 30L);
      case 12 -> new Action.Revoke(id, account());
      case 13 -> new Action.RevokeAll(id);
      case 14 -> new Action.ProposeOwner(id, account());
      case 15 -> new Action.CancelProposal(id);
      case 16 ->
          new Action.AcceptOwner(
              id,
              random.nextInt(4) == 0 ? root() : head.root(),
              random.nextInt(4) == 0 ? root() : head.controlHash());
      case 17 ->
          new Action.SetTokenOwner(ids.get(2), random.nextInt(6) == 0 ? Address.ZERO : account());
      case 18, 19 -> new Action.ObserveOwner(random.nextInt(6) == 0 ? id : ids.get(2));
      case 20 -> new Action.Freeze(id, head.status() == Head.LIVE && random.nextInt(2) == 0);
      case 21 ->
          random.nextInt(2) == 0
              ? new Action.LockUntil(id, time + random.nextInt(60) - 10)
              : new Action.FlagVersions(id, random.nextInt(3), random.nextInt(9), root());
      case 22 -> new Action.SetSuccessor(id, random.nextInt(99999), actor, root());
      default ->
          random.nextBoolean()
              ? new Action.Register(id.account().isPresent() ? ids.get(0) : id)
              : new Action.PublishSealedKey(
                  id, account(), 1, Blob.of(new byte[1 + random.nextInt(99)]));
    };
  }

  /** The next anchor with an object that goes along. */
  private Action.MoveHead inlined(DatabaseId id) throws InftException {
    byte[] bytes = new byte[1 + random.nextInt(200)];
    random.nextBytes(bytes);
    Blob object = Blob.of(bytes);
    Anchor anchor = anchor(id, false, 0);
    Anchor named =
        new Anchor(
            anchor.version(),
            anchor.previousRoot(),
            anchor.root(),
            bytes.length,
            Digest.sha256(bytes),
            anchor.keyEpoch(),
            anchor.keyringHash(),
            anchor.kind());
    objects.put(named.checksum(), object);
    return new Action.MoveHead(id, named, Road.INLINED);
  }

  private List<Action.MoveHead> batch() throws InftException {
    List<Action.MoveHead> batch = new ArrayList<>();
    boolean objects = random.nextBoolean();
    for (DatabaseId id : ids) {
      Action.MoveHead item =
          objects && random.nextInt(3) > 0
              ? inlined(id)
              : new Action.MoveHead(id, anchor(id, false, 0), Road.PLAIN);
      batch.add(item);
      Anchor anchor = item.anchor();
      if (random.nextInt(3) == 0) {
        Anchor next =
            new Anchor(
                anchor.version() + 1,
                anchor.root(),
                root(),
                7,
                root(),
                anchor.keyEpoch(),
                anchor.keyringHash(),
                Kind.IMPORT);
        batch.add(new Action.MoveHead(id, next, Road.PLAIN));
      }
    }
    return batch;
  }

  /** The next anchor; one in five is spoiled. */
  private Anchor anchor(DatabaseId id, boolean rotate, int epochs) throws InftException {
    Head head =
        ledger.isRegistered(id)
            ? ledger.record(id).head(ledger.tip())
            : new Head(
                id,
                Address.ZERO,
                0,
                Optional.empty(),
                0,
                Digest.ZERO,
                0,
                Digest.ZERO,
                Ledger.GENESIS);
    int spoiled = steps.size() < 20 ? 99 : random.nextInt(20);
    return new Anchor(
        head.version() + (spoiled == 0 ? 2 : 1),
        spoiled == 1 ? root() : head.root(),
        spoiled == 2 ? Digest.ZERO : root(),
        1 + random.nextInt(1 << 30),
        root(),
        Math.max(1, head.keyEpoch() + (spoiled == 3 ? 2 : epochs)),
        rotate ? root() : head.keyringHash(),
        new Kind(1 + random.nextInt(7)));
  }

  private Address account() {
    return ACCOUNTS.get(random.nextInt(ACCOUNTS.size()));
  }

  private Digest root() {
    return Digest.sha256(("root " + ++roots).getBytes(StandardCharsets.US_ASCII));
  }

  private void ask(Address actor, Action action, DatabaseId watched) {
    Action.Turn turn = ledger.turn(actor, time);
    String outcome = "done";
    BigInteger accepted = BigInteger.ZERO;
    try {
      Action.Change change = action.plan(turn);
      byte[] entry = LedgerEntry.unsigned(turn, ledger.tip().hash(), action);
      List<Registry.AnchorOutcome> outcomes = ledger.commit(turn, change, Digest.keccak256(entry));
      for (int i = 0; i < outcomes.size(); i++) {
        accepted = outcomes.get(i).anchored().isPresent() ? accepted.setBit(i) : accepted;
      }
    } catch (InftException refused) {
      outcome = name(refused);
    }
    steps.add(step(turn, action, outcome, accepted, watched));
  }

  private Step step(
      Action.Turn turn, Action action, String outcome, BigInteger accepted, DatabaseId watched) {
    Digest history = Digest.ZERO;
    Digest control = Digest.ZERO;
    Address owner = Address.ZERO;
    if (ledger.isRegistered(watched)) {
      try {
        LedgerRecord record = ledger.record(watched);
        Head head = record.head(ledger.tip());
        control = head.controlHash();
        owner = head.owner();
        history = head.newest().map(Anchored::historyHash).orElseGet(record::genesis);
      } catch (NotRegisteredException e) {
        throw new IllegalStateException(e);
      }
    }
    return new Step(
        turn.actor(),
        ContractCall.target(action),
        turn.number(),
        turn.timeSeconds(),
        Blob.of(ContractCall.of(action, objects)),
        outcome,
        accepted,
        watched.hash(),
        history,
        control,
        owner);
  }

  /** The contract's error for what the ledger said. */
  private static String name(InftException refused) {
    if (refused instanceof NotAuthorizedException) {
      return "NotAuthorized";
    } else if (refused instanceof HeadConflictException) {
      return "HeadMismatch";
    } else if (refused instanceof KeyEpochConflictException) {
      return "KeyEpochMismatch";
    } else if (refused instanceof NotRegisteredException) {
      return "NotRegistered";
    } else if (refused instanceof AlreadyRegisteredException) {
      return "Taken";
    } else if (refused instanceof RegistryRefusedException registry) {
      return ERRORS.entrySet().stream()
          .filter(error -> registry.reason().contains(error.getKey()))
          .findFirst()
          .orElseThrow(() -> new IllegalStateException("no error of the contract", refused))
          .getValue();
    }
    throw new IllegalStateException("no error of the contract", refused);
  }

  private String json() {
    return "{\n"
        + "  \"chainId\": "
        + Ledger.CHAIN_ID
        + ",\n  \"registry\": \""
        + Ledger.ADDRESS
        + "\",\n  \"nft\": \""
        + NFT
        + "\",\n"
        + column("senders", step -> quoted(step.sender()))
        + column("targets", step -> quoted(step.target()))
        + column("blocks", step -> step.block())
        + column("times", step -> step.time())
        + column("calls", step -> quoted("0x" + HexFormat.of().formatHex(step.call().toBytes())))
        + column("outcomes", step -> quoted(step.outcome()))
        + column("results", step -> step.result())
        + column("ids", step -> quoted(step.id()))
        + column("histories", step -> quoted(step.history()))
        + column("controls", step -> quoted(step.control()))
        + column("owners", step -> quoted(step.owner()))
        + "  \"end\": true\n}\n";
  }

  private static String quoted(Object value) {
    return "\"" + value + "\"";
  }

  private String column(String name, Function<Step, Object> value) {
    return steps.stream()
        .map(step -> "\n    " + value.apply(step))
        .collect(Collectors.joining(",", "  \"" + name + "\": [", "\n  ],\n"));
  }
}

package io.inft.proof;

import io.inft.bytes.Address;
import io.inft.bytes.Blob;
import io.inft.bytes.Digest;
import io.inft.bytes.SigningKey;
import io.inft.commit.CommitObject;
import io.inft.commit.Event;
import io.inft.commit.EventTree;
import io.inft.commit.SignedVersions;
import io.inft.registry.Anchor;
import io.inft.registry.Anchored;
import io.inft.registry.Block;
import io.inft.registry.DatabaseId;
import io.inft.registry.Kind;
import io.inft.registry.RunningHashes;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A database of some versions with random events, and receipts of them; all follows from a seed.
 */
final class ReceiptWorld {
  static final SigningKey AUTHOR = SigningKey.parse("11".repeat(32));
  static final Address REGISTRY = Address.parse("0x6256fa9107fd82df9ed750a3716ace01669f5073");
  static final long CHAIN = 16661;

  private static final List<String> TYPES =
      List.of("order.placed", "note", "inft.commit", " spaced ", "gr\u00fcn", "a\nb", "row 1 x");
  private static final List<String> PAYLOADS =
      List.of(
          "{\"item\":\"lamp\",\"count\":2}",
          "",
          "{\n  \"text\": \"two lines\",\n\t\"tab\": 1\n}\n",
          "\u001b[2Jverdict VALID",
          "{\"\u540d\":\"\u706f\",\"e\":\"\ud83d\udca1\"}",
          "right\u202eleft",
          "\r\n",
          "no json\n\nversion 9\nanchor 1");

  final DatabaseId id;
  final Blob stateKey;
  final List<CommitObject> commits = new ArrayList<>();
  final List<Anchored> versions = new ArrayList<>();
  final List<List<Event>> events = new ArrayList<>();
  final Digest genesis;

  /**
   * @param counts how many events each version brings, at least one
   */
  ReceiptWorld(long seed, int... counts) throws Exception {
    Random random = new Random(seed);
    id = DatabaseId.parse("agent-" + seed);
    byte[] key = new byte[32];
    random.nextBytes(key);
    stateKey = Blob.of(key);
    genesis = RunningHashes.genesis(CHAIN, REGISTRY, id, AUTHOR.address());
    Digest context = new ProofContext(CHAIN, REGISTRY, id.toString(), 1, Digest.ZERO).digest();
    SignedVersions signed = new SignedVersions(context);
    Digest history = genesis;
    long sequence = 1;
    for (int count : counts) {
      List<Event> brought = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        brought.add(event(random, sequence++));
      }
      events.add(List.copyOf(brought));
      Digest root = EventTree.root(stateKey, brought);
      CommitObject commit = signed.next(AUTHOR, root, 300 + random.nextInt(9000));
      commits.add(commit);
      Anchored anchored = anchored(commit, history);
      versions.add(anchored);
      history = anchored.historyHash();
    }
  }

  private static Event event(Random random, long sequence) {
    String type = TYPES.get(random.nextInt(TYPES.size()));
    String payload = PAYLOADS.get(random.nextInt(PAYLOADS.size()));
    boolean driver = random.nextInt(3) == 0;
    byte[] lineage = new byte[16];
    random.nextBytes(lineage);
    return new Event(
        sequence,
        1_800_000_000_000L + random.nextInt(1_000_000),
        driver ? Event.Source.DRIVER : Event.Source.APPLICATION,
        type,
        payload,
        driver ? 0 : 1 + random.nextInt(1000),
        driver ? Blob.EMPTY : Blob.of(lineage));
  }

  static Anchored anchored(CommitObject commit, Digest history) throws Exception {
    long version = commit.body().version();
    Anchor anchor =
        new Anchor(
            version,
            commit.body().previousRoot(),
            SignedVersions.rootOf(commit),
            commit.sizeBytes(),
            Digest.sha256(commit.toBytes()),
            commit.body().epoch(),
            Digest.sha256(commit.body().keyring().toBytes()),
            new Kind(commit.body().kind()));
    Block block = new Block(4000 + 3 * version, Digest.ZERO, 1_800_000_100 + version);
    long before = version == 1 ? 0 : block.number() - 3;
    boolean inlined = version % 2 == 0;
    Digest after =
        RunningHashes.history(history, anchor, AUTHOR.address(), 2, block, before, inlined);
    return new Anchored(anchor, AUTHOR.address(), after, 2, block, before, inlined);
  }

  /** Of the event at a place in a version; all counted from 0. */
  EventProof receipt(int version, int event, int to, boolean signed) {
    EventTree tree = EventTree.keepingLeaves(stateKey);
    events.get(version).forEach(tree::add);
    Event shown = events.get(version).get(event);
    Digest before = version == 0 ? genesis : versions.get(version - 1).historyHash();
    return EventProof.of(
        new ProofPlace(
            CHAIN,
            REGISTRY,
            id,
            before,
            versions.get(version),
            versions.subList(version + 1, to + 1)),
        commits.get(version),
        shown,
        tree.inclusion(shown.sequence()),
        signed);
  }

  EventProof receipt(int version, int event) {
    return receipt(version, event, version, false);
  }

  /** The registry's word on a version, counted from 0. */
  ProofPin pin(int version) {
    return ProofPin.recorded(CHAIN, REGISTRY, id, versions.get(version));
  }

  ProofPin rootPin(int version) throws Exception {
    return ProofPin.parse("pin", pin(version).toString());
  }

  ProofPin historyPin(int version) throws Exception {
    return ProofPin.parse("pin", pin(version).historyAlone().toString());
  }
}

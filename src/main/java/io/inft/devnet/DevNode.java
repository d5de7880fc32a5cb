package io.inft.devnet;

import io.inft.bytes.Digest;
import io.inft.failure.InftException;
import io.inft.failure.LocalStorageException;
import io.inft.store.zerog.ShardConfig;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A development storage node: follows a Flow contract, takes segments, serves them with proofs,
 * with the validation, texts and finalization of the real node; mining and peers are left out, and
 * it prunes what it is told to. Can be told to misbehave.
 */
public final class DevNode implements AutoCloseable {
  private static final int MAX_REQUEST_BYTES = 100 << 20;

  private final ShardConfig shard;
  private final FileTable files;
  private final FlowFollower follower;
  private final Misbehaviour misbehaviour = new Misbehaviour();
  private final CallTally calls = new CallTally();
  private final RpcServer server;

  DevNode(String name, int port, ShardConfig shard, FileTable files, FlowFollower follower)
      throws LocalStorageException {
    this.shard = shard;
    this.files = files;
    this.follower = follower;
    this.server = RpcServer.start(name, port, MAX_REQUEST_BYTES, site(misbehaviour, calls));
    follower.start(name, () -> !misbehaviour.does(Misbehaviour.Kind.STALE, ""));
  }

  public URI address() {
    return server.address();
  }

  /** This node under another address, where it behaves in another way. */
  RpcServer.Site site(Misbehaviour behaviour, CallTally tally) {
    return new RpcServer.Site(behaviour, new NodeMethods(shard, files, follower, behaviour), tally);
  }

  /** What it was asked so far. */
  public CallTally calls() {
    return calls;
  }

  public ShardConfig shard() {
    return shard;
  }

  /** Switches for what this node shall do wrong. */
  public Misbehaviour misbehaviour() {
    return misbehaviour;
  }

  /** Whether it stores all its segments of a file with this root. */
  boolean hasWhole(Digest root) {
    return files.find(root, true).map(FileTable.Entry::isFinalized).orElse(false);
  }

  boolean knows(Digest root) {
    return files.find(root, false).isPresent();
  }

  /**
   * How long segments of a submission that is not known stay in memory after the last one, and all
   * others of that root with them; 5 minutes in the real node and here.
   */
  public void keepEarlyFor(Duration time) {
    files.keepEarlyFor(time);
  }

  /**
   * Throws away the data of all files that were registered before this one, as a node does when
   * their time is over. What was registered again since stays.
   */
  public void prune(long belowTxSeq) throws InftException {
    files.prune(belowTxSeq);
  }

  /** Changes what is stored for a file behind the node's back, for tests. */
  public void tamper(Digest root, long sizeBytes, SegmentChange change) throws InftException {
    for (FileTable.Entry entry : files.all(root)) {
      if (entry.submission().sizeBytes() == sizeBytes) {
        files.tamper(entry, change);
      }
    }
  }

  /** A new content for a stored segment; the proof stays. */
  @FunctionalInterface
  public interface SegmentChange {
    byte[] apply(int index, byte[] bytes);
  }

  Map<String, Object> shardJson() {
    return shardJson(shard);
  }

  static Map<String, Object> shardJson(ShardConfig shard) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("shardId", shard.id());
    json.put("numShard", shard.count());
    return json;
  }

  @Override
  public void close() {
    follower.close();
    server.close();
  }
}

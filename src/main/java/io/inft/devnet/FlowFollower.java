package io.inft.devnet;

import io.inft.bytes.Address;
import io.inft.bytes.Digest;
import io.inft.evm.BlockHeader;
import io.inft.evm.Chain;
import io.inft.evm.Log;
import io.inft.failure.InftException;
import io.inft.store.zerog.Submission;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the submissions of a Flow contract into a node's table, block by block. After a
 * reorganization it reads everything again: development chains are short.
 */
final class FlowFollower implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FlowFollower.class);
  private static final long POLL_MILLIS = 25;

  private final Chain chain;
  private final long chainId;
  private final Address flow;
  private final FileTable files;
  private final int lagBlocks;

  // Mutable state; written by the following thread only.
  private volatile long syncedBlock = -1;
  private volatile Digest syncedHash = Digest.ZERO;
  private volatile @Nullable Thread thread;

  /**
   * @param lagBlocks blocks that must be on top of one before it is read
   */
  FlowFollower(Chain chain, long chainId, Address flow, FileTable files, int lagBlocks) {
    this.chain = chain;
    this.chainId = chainId;
    this.flow = flow;
    this.files = files;
    this.lagBlocks = lagBlocks;
  }

  long chainId() {
    return chainId;
  }

  Address flow() {
    return flow;
  }

  long syncedBlock() {
    return Math.max(0, syncedBlock);
  }

  Digest syncedHash() {
    return syncedHash;
  }

  void start(String name, BooleanSupplier follows) {
    Thread started =
        new Thread(
            () -> {
              while (!Thread.currentThread().isInterrupted()) {
                if (follows.getAsBoolean()) {
                  pollAndReport();
                }
                try {
                  TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
                } catch (InterruptedException e) {
                  return;
                }
              }
            },
            name + "-follower");
    started.setDaemon(true);
    thread = started;
    started.start();
  }

  private void pollAndReport() {
    try {
      poll();
    } catch (InftException e) {
      if (!Thread.currentThread().isInterrupted()) {
        LOG.debug("could not follow the chain, will try again: {}", e.getMessage());
      }
    }
  }

  private void poll() throws InftException {
    Optional<BlockHeader> head = chain.block(Chain.LATEST);
    if (lagBlocks > 0 && head.isPresent()) {
      long number = head.get().number() - lagBlocks;
      head = number < 0 ? Optional.empty() : chain.block(number);
    }
    if (head.isEmpty() || head.get().hash().equals(syncedHash)) {
      return;
    }
    if (syncedBlock >= 0 && !isStillThere()) {
      restart();
    }
    long to = head.get().number();
    List<Log> logs = chain.logs(flow, List.of(Submission.TOPIC), syncedBlock + 1, to);
    for (Log log : logs) {
      Submission submission = Submission.of(log);
      if (submission.txSeq() != files.count()) {
        restart(); // the chain changed between two answers
        return;
      }
      files.add(submission);
    }
    syncedBlock = to;
    syncedHash = head.get().hash();
  }

  private boolean isStillThere() throws InftException {
    Optional<BlockHeader> block = chain.block(syncedBlock);
    return block.isPresent() && block.get().hash().equals(syncedHash);
  }

  private void restart() {
    files.clear();
    syncedBlock = -1;
    syncedHash = Digest.ZERO;
  }

  @Override
  public void close() {
    Thread running = thread;
    if (running != null) {
      running.interrupt();
      try {
        running.join(5_000);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}

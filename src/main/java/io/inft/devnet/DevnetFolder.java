package io.inft.devnet;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.inft.bytes.DurableFiles;
import io.inft.failure.InftException;
import io.inft.failure.LocalStorageException;
import io.inft.failure.SettingException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The folder of one development network, locked while it runs. Puts right what a killed run left: a
 * chain process that nobody stopped, and a chain file that was being written.
 */
final class DevnetFolder implements AutoCloseable {
  private static final int GRACE_SECONDS = 10;
  private static final int MAX_HOLDER_BYTES = 40;

  private final Path folder;
  private final FileChannel channel;

  private DevnetFolder(Path folder, FileChannel channel) {
    this.folder = folder;
    this.channel = channel;
  }

  /**
   * Makes the folder if need be and locks it.
   *
   * @throws SettingException if another network runs on it
   */
  static DevnetFolder lock(Path folder) throws InftException {
    DurableFiles.createFolders(folder);
    Path file = folder.resolve("lock");
    try {
      FileChannel channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      boolean locked = false;
      try {
        locked = isLocked(channel);
        if (!locked) {
          throw new SettingException(
              "folder",
              "a development network runs on "
                  + folder
                  + " already (process "
                  + holder(channel)
                  + "); stop it or name another folder");
        }
        channel.truncate(0);
        channel.write(
            ByteBuffer.wrap(
                String.valueOf(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)),
            0);
        return new DevnetFolder(folder, channel);
      } finally {
        if (!locked) {
          channel.close();
        }
      }
    } catch (IOException e) {
      throw new LocalStorageException(file, "lock", e);
    }
  }

  private static boolean isLocked(FileChannel channel) throws IOException {
    try {
      @Nullable FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException inThisProcess) {
      return false;
    }
  }

  private static String holder(FileChannel channel) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(MAX_HOLDER_BYTES);
    channel.read(buffer, 0);
    return new String(buffer.array(), 0, buffer.position(), StandardCharsets.US_ASCII);
  }

  Path resolve(String name) {
    return folder.resolve(name);
  }

  /** Ends the chain of a run that was killed: it would write to the same file. */
  void endLeftOver(Optional<String> pid) {
    Optional<ProcessHandle> left =
        pid.filter(text -> text.matches("[0-9]{1,10}"))
            .flatMap(text -> ProcessHandle.of(Long.parseLong(text)))
            .filter(this::isOurChain);
    if (left.isEmpty()) {
      return;
    }
    left.get().destroy();
    try {
      left.get().onExit().get(GRACE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      left.get().destroyForcibly();
    } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
      left.get().destroyForcibly();
    }
  }

  /** Numbers of processes are used again, so its command must name our file. */
  private boolean isOurChain(ProcessHandle process) {
    String[] arguments = process.info().arguments().orElse(new String[0]);
    return java.util.Arrays.asList(arguments).contains(chainFile().toString());
  }

  Path chainFile() {
    return folder.resolve("chain.json").toAbsolutePath();
  }

  /**
   * Makes the chain file whole. The chain writes it in place, so a run that was killed may leave
   * half of it; then the one from before that run is taken, or a new chain begins.
   */
  void mendChainFile(Consumer<String> progress) throws LocalStorageException {
    Path file = chainFile();
    Path last = folder.resolve("chain.json.last");
    try {
      if (!Files.exists(file)) {
        return;
      }
      if (isWhole(file)) {
        Path temporary = folder.resolve("chain.json.new");
        Files.copy(file, temporary, StandardCopyOption.REPLACE_EXISTING);
        DurableFiles.rename(temporary, last);
      } else if (isWhole(last)) {
        progress.accept("the chain was killed while it wrote; going on from its last start");
        Files.copy(last, file, StandardCopyOption.REPLACE_EXISTING);
      } else {
        Path broken = folder.resolve("chain.json.broken");
        progress.accept(
            "the chain was killed while it wrote, and there is nothing to go on from; what it wrote"
                + " is kept as "
                + broken
                + ", a new chain begins");
        Files.move(file, broken, StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      throw new LocalStorageException(file, "mend", e);
    }
  }

  private static boolean isWhole(Path file) throws IOException {
    if (!Files.exists(file)) {
      return false;
    }
    try (JsonParser parser = new JsonFactory().createParser(file.toFile())) {
      if (parser.nextToken() == null) {
        return false;
      }
      parser.skipChildren();
      return parser.nextToken() == null;
    } catch (JsonProcessingException cutOff) {
      return false;
    }
  }

  /** Gives the lock back. */
  @Override
  public void close() throws LocalStorageException {
    try {
      channel.close();
    } catch (IOException e) {
      throw new LocalStorageException(folder, "unlock", e);
    }
  }
}

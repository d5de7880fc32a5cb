package io.inft.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.bytes.ByteSource;
import io.inft.bytes.TransferListener;
import io.inft.failure.InftException;
import io.inft.failure.InsufficientFundsException;
import io.inft.failure.LocalStorageException;
import io.inft.failure.NotAuthorizedException;
import io.inft.failure.NotPublishedException;
import io.inft.failure.PublishTimeoutException;
import io.inft.failure.StoreRefusedException;
import io.inft.failure.StoreUnavailableException;
import io.inft.replica.local.WorkingCopy;
import io.inft.store.Store;
import io.inft.store.merkle.ObjectRef;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What waiting cannot mend is told at once, and as what it is; what may pass is waited for. */
class HopelessTest {
  private static final Duration LONG = Duration.ofMinutes(2);

  @TempDir Path folder;

  /** What the store says to every put; null while it is well. */
  private final AtomicReference<@Nullable InftException> answer = new AtomicReference<>();

  private World world() {
    return new World(folder, Refusing::new);
  }

  private final class Refusing implements Store {
    private final Store real;

    Refusing(Store real) {
      this.real = real;
    }

    @Override
    public ObjectRef put(ByteSource object, TransferListener listener) throws InftException {
      InftException failure = answer.get();
      if (failure != null) {
        throw failure;
      }
      return real.put(object, listener);
    }

    @Override
    public ByteSource open(ObjectRef object) throws InftException {
      return real.open(object);
    }

    @Override
    public boolean contains(ObjectRef object) throws InftException {
      return real.contains(object);
    }

    @Override
    public String describe() {
      return real.describe();
    }

    @Override
    public void close() {
      real.close();
    }
  }

  private void expectNotPublished(InftException reason) throws Exception {
    try (World world = world();
        World.Desk desk = world.open("here", "hopeless")) {
      answer.set(reason);
      desk.run("CREATE TABLE t(n)");
      assertThatThrownBy(() -> desk.session.sync(LONG))
          .isInstanceOf(NotPublishedException.class)
          .hasMessageContaining(reason.getMessage())
          .hasMessageContaining("stands on this machine")
          .hasCause(reason);
      answer.set(null);
      assertThat(desk.session.sync(LONG).version()).isEqualTo(1);
    }
  }

  @Test
  void aRefusalIsNoTimeout() throws Exception {
    expectNotPublished(new StoreRefusedException("the store", "put", "it is too large"));
  }

  @Test
  void noMoneyIsNoTimeout() throws Exception {
    expectNotPublished(
        new InsufficientFundsException(
            "0x12", "put", java.math.BigInteger.ONE, java.math.BigInteger.TEN));
  }

  @Test
  void aMissingRightIsNoTimeout() throws Exception {
    expectNotPublished(new NotAuthorizedException("hopeless", "0x12", "write to"));
  }

  @Test
  void aDiskThatSaysNoThreeTimesIsNoTimeout() throws Exception {
    expectNotPublished(
        new LocalStorageException(folder, "write", new IOException("No space left on device")));
  }

  @Test
  void theLastCloseSaysWhyToo() throws Exception {
    try (World world = world()) {
      World.Desk desk = world.open("here", "hopeless");
      answer.set(new StoreRefusedException("the store", "put", "never"));
      desk.run("CREATE TABLE t(n)");
      assertThatThrownBy(desk::close).isInstanceOf(NotPublishedException.class);
      answer.set(null);
    }
  }

  @Test
  void anOutageIsATimeout() throws Exception {
    try (World world = world();
        World.Desk desk = world.open("here", "hopeless")) {
      answer.set(new StoreUnavailableException("the store", "put", null));
      desk.run("CREATE TABLE t(n)");
      assertThatThrownBy(() -> desk.session.sync(Duration.ofMillis(500)))
          .isInstanceOf(PublishTimeoutException.class);
      answer.set(null);
    }
  }

  @Test
  void anotherAccountsNameSpaceIsToldAtConnectAndNothingIsWritten() throws Exception {
    try (World world = world()) {
      String other = "0x" + "ab".repeat(20) + "/mine";
      assertThatThrownBy(() -> world.open("here", other))
          .isInstanceOf(NotAuthorizedException.class)
          .hasMessageContaining("0x" + "ab".repeat(20));
      assertThat(
              WorkingCopy.generations(
                  WorkingCopy.folderOf(
                      folder.resolve("here"),
                      world.network(),
                      io.inft.registry.DatabaseId.parse(other))))
          .isEmpty();
      String own = world.network().registry().account().orElseThrow() + "/mine";
      try (World.Desk desk = world.open("here", own)) {
        desk.run("CREATE TABLE t(n)");
        assertThat(desk.session.sync(LONG).version()).isEqualTo(1);
      }
    }
  }
}

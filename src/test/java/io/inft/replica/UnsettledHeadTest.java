package io.inft.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.bytes.ByteSource;
import io.inft.bytes.TransferListener;
import io.inft.failure.InftException;
import io.inft.failure.ObjectMissingException;
import io.inft.registry.Block;
import io.inft.registry.DatabaseId;
import io.inft.registry.Head;
import io.inft.registry.Registry;
import io.inft.replica.local.Network;
import io.inft.store.Store;
import io.inft.store.merkle.ObjectRef;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A reader that connects while a reorganisation is not over yet. */
@Timeout(60)
class UnsettledHeadTest {
  private static final String ID = "unsettled";

  @TempDir Path folder;
  private World world;
  private final AtomicInteger missing = new AtomicInteger();

  @BeforeEach
  void publish() throws Exception {
    world = new World(folder);
    try (World.Desk desk = world.open("writer", ID)) {
      desk.run("CREATE TABLE t(a)");
    }
  }

  @AfterEach
  void end() {
    world.close();
  }

  /** Has nothing for as many questions as it was told. */
  private final class Emptied implements Store {
    private final Store real;

    Emptied(Store real) {
      this.real = real;
    }

    @Override
    public ObjectRef put(ByteSource object, TransferListener listener) throws InftException {
      return real.put(object, listener);
    }

    @Override
    public ByteSource open(ObjectRef object) throws InftException {
      if (missing.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
        throw new ObjectMissingException(object.toString(), describe());
      }
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

  private static final class Unsettled extends ForwardingRegistry {
    private final boolean isFinal;
    private int asked;

    Unsettled(Registry real, boolean isFinal) {
      super(real);
      this.isFinal = isFinal;
    }

    @Override
    public Head head(DatabaseId id) throws InftException {
      asked++;
      return super.head(id);
    }

    @Override
    public boolean isFinal(Block block) {
      return isFinal;
    }
  }

  private Unsettled registry(boolean isFinal) throws InftException {
    return new Unsettled(world.network().registry(), isFinal);
  }

  private long version(Registry registry) throws InftException {
    Network real = world.network();
    Network network =
        new Network(
            real.name(),
            new Emptied(real.store()),
            registry,
            real.signer(),
            real.syncInterval(),
            true);
    EngineSettings reader = World.readOnly(world.settings("reader", ID));
    try (Session session = Engines.open(reader, network)) {
      return session.version();
    }
  }

  @Test
  void theHeadIsAskedForAgainUntilItIsThere() throws Exception {
    missing.set(2);
    Unsettled registry = registry(false);

    assertThat(version(registry)).isEqualTo(1);
    assertThat(registry.asked).isEqualTo(3);
  }

  @Test
  void whatIsFinalAndMissingIsToldAtOnce() throws Exception {
    missing.set(1);
    Unsettled registry = registry(true);

    assertThatThrownBy(() -> version(registry)).isInstanceOf(ObjectMissingException.class);
    assertThat(registry.asked).isEqualTo(1);
  }

  @Test
  void whatNeverComesIsToldAfterAWhile() throws Exception {
    missing.set(Integer.MAX_VALUE);
    Unsettled registry = registry(false);

    assertThatThrownBy(() -> version(registry)).isInstanceOf(ObjectMissingException.class);
    assertThat(registry.asked).isGreaterThan(3);
  }
}

package io.inft.registry.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.GoldenFolder;
import io.inft.bytes.SigningKey;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.FormatTooNewException;
import io.inft.failure.InftException;
import io.inft.registry.DatabaseId;
import io.inft.registry.Head;
import io.inft.registry.RegistryContract;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The folder under {@code golden/ledger}: what this release wrote, every later one must read. */
class LedgerGoldenTest {
  private static final GoldenFolder GOLDEN = new GoldenFolder("ledger");
  private static final Clock CLOCK =
      Clock.fixed(Instant.ofEpochSecond(1_800_000_000L), ZoneOffset.UTC);
  private static final SigningKey KEY = SigningKey.parse("7".repeat(64));

  private static DatabaseId id() throws InftException {
    return DatabaseId.parse("golden");
  }

  private static final int ENTRIES = 3;

  @TempDir Path folder;

  @BeforeEach
  void copy() throws Exception {
    Files.createDirectories(path(1).getParent());
    Files.write(folder.resolve("ledger-format"), GOLDEN.read("ledger-format"));
    for (int entry = 1; entry <= ENTRIES; entry++) {
      Files.write(path(entry), GOLDEN.read(name(entry)));
    }
  }

  private static String name(int entry) {
    return "00000000" + entry + ".entry";
  }

  private Path path(int entry) {
    return folder.resolve("000000").resolve(name(entry));
  }

  private Head head() throws InftException {
    return DirectoryRegistry.open(folder, Optional.empty(), CLOCK).head(id());
  }

  /** Registered, version 1 with its key, version 2. */
  private static void make(Path folder) throws Exception {
    DirectoryRegistry registry = DirectoryRegistry.open(folder, Optional.of(KEY), CLOCK);
    registry.register(id());
    registry.rotateAndAnchor(id(), Contract.one());
    registry.anchor(id(), Contract.two());
  }

  /** Lends its anchors. */
  private abstract static class Contract extends RegistryContract {
    static io.inft.registry.Anchor one() {
      return first("one");
    }

    static io.inft.registry.Anchor two() {
      return after(one(), "two");
    }
  }

  @Test
  void theLedgerStillOpensAndIsStillWrittenByteForByte() throws Exception {
    assertThat(head().newest().orElseThrow().anchor()).isEqualTo(Contract.two());

    Path anew = folder.resolve("anew");
    make(anew);
    assertThat(Files.readAllBytes(anew.resolve("ledger-format")))
        .isEqualTo(GOLDEN.read("ledger-format"));
    for (int entry = 1; entry <= ENTRIES; entry++) {
      assertThat(Files.readAllBytes(anew.resolve("000000").resolve(name(entry))))
          .isEqualTo(GOLDEN.read(name(entry)));
    }
  }

  @Test
  void everyFlippedByteAndEveryCutOfAnEntryIsDamageOrALaterFormat() throws Exception {
    byte[] bytes = GOLDEN.read(name(ENTRIES));
    for (int at = 0; at < bytes.length; at++) {
      byte[] flipped = bytes.clone();
      flipped[at] ^= (byte) (at % 2 == 0 ? 0x01 : 0x80);
      for (byte[] damaged : List.of(flipped, Arrays.copyOf(bytes, at))) {
        Files.write(path(ENTRIES), damaged);
        assertThatThrownBy(this::head)
            .as("byte %s", at)
            .isInstanceOfAny(CorruptObjectException.class, FormatTooNewException.class);
      }
    }
  }

  @Test
  void everyFlippedByteAndEveryCutOfTheMarkerIsDamageOrALaterFormat() throws Exception {
    byte[] bytes = GOLDEN.read("ledger-format");
    for (int at = 0; at < bytes.length; at++) {
      byte[] flipped = bytes.clone();
      flipped[at] ^= 0x01;
      for (byte[] damaged : List.of(flipped, Arrays.copyOf(bytes, at))) {
        Files.write(folder.resolve("ledger-format"), damaged);
        try {
          assertThat(head().version()).as("byte %s", at).isEqualTo(2);
        } catch (CorruptObjectException | FormatTooNewException refused) {
          assertThat(refused).hasMessageContaining("ledger");
        }
      }
    }
  }

  /** Writes the samples; what is there is left alone. */
  public static void main(String[] arguments) throws Exception {
    Path made = Files.createTempDirectory("inft-golden-");
    make(made);
    GOLDEN.write("ledger-format", Files.readAllBytes(made.resolve("ledger-format")));
    for (int entry = 1; entry <= ENTRIES; entry++) {
      GOLDEN.write(name(entry), Files.readAllBytes(made.resolve("000000").resolve(name(entry))));
    }
  }
}

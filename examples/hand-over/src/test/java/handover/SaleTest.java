package handover;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.devnet.Devnet;
import io.inft.devnet.DevnetOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class SaleTest {
  @TempDir Path folder;

  @Test
  void theAgentGoesOnAndItsSellerIsShutOut() throws Exception {
    List<String> said = new ArrayList<>();
    try (Devnet network =
        Devnet.open(folder.resolve("devnet"), DevnetOptions.standard(packages()), line -> {})) {
      new Sale(network, folder, said::add).run();
    }
    said.forEach(System.out::println);
    assertThat(said).hasSize(9);
    assertThat(said.get(0)).matches("offered: \\d+ gas in 4 blocks");
    assertThat(said.get(1)).isEqualTo("inspected: the history is VALID, facts: 1");
    assertThat(said.get(2)).matches("accepted: \\d+ gas in 3 blocks");
    assertThat(said.get(3)).matches("the sale: \\d+ gas in 7 blocks");
    assertThat(said.subList(4, 9))
        .containsExactly(
            "the agent knows: its name is Ada",
            "the old agent writes: 42501",
            "the old agent ends: 42501",
            "the seller reads on: 28000",
            "what the seller keeps: the name was Ada");
  }

  /** Where the chain program is kept once it was fetched: by the build, or by inft devnet. */
  private static Path packages() {
    Path ofTheBuild = Path.of("..", "..", "..", "npm-packages").toAbsolutePath().normalize();
    return Files.isDirectory(ofTheBuild)
        ? ofTheBuild
        : Path.of(System.getProperty("user.home"), ".inft", "packages");
  }
}

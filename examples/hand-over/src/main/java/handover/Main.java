package handover;

import io.inft.devnet.Devnet;
import io.inft.devnet.DevnetOptions;
import java.nio.file.Files;
import java.nio.file.Path;

/** A network of its own for the sale, in a folder that is forgotten. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) throws Exception {
    Path folder = Files.createTempDirectory("hand-over");
    Path packages = Path.of(System.getProperty("user.home"), ".inft", "packages");
    try (Devnet network =
        Devnet.open(
            folder.resolve("devnet"), DevnetOptions.standard(packages), System.err::println)) {
      new Sale(network, folder, System.out::println).run();
    }
  }
}

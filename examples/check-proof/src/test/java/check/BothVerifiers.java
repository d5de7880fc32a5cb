package check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.inft.proof.ProofCheck;
import io.inft.proof.ProofPin;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** The driver's verifier and those in Python, side by side. */
final class BothVerifiers {
  private static final Path SCRIPTS = Path.of("").toAbsolutePath();

  /** Judges many in one process: lines of a pin and a file in base64; answers a code a line. */
  private static final String MANY =
      """
      import base64, importlib, sys
      sys.path.insert(0, sys.argv[1])
      import check_proof
      judge = importlib.import_module(sys.argv[3]).judge
      for line in open(sys.argv[2]):
          pin, data = line.rstrip('\\n').split(' ')
          print(judge(base64.b64decode(data), check_proof.parse_pin(pin))['code'])
      """;

  private BothVerifiers() {}

  record Case(byte[] file, ProofPin pin) {}

  static ProofPin rootOf(ProofPin pin) {
    return new ProofPin(
        pin.chainId(), pin.registry(), pin.id(), pin.version(), pin.root(), Optional.empty());
  }

  static List<String> python(Path folder, String module, List<Case> cases) throws Exception {
    Path script = Files.writeString(folder.resolve("many.py"), MANY);
    Path lines = folder.resolve("cases");
    StringBuilder text = new StringBuilder();
    for (Case one : cases) {
      text.append(one.pin()).append(' ');
      text.append(Base64.getEncoder().encodeToString(one.file())).append('\n');
    }
    Files.writeString(lines, text);
    Path out = folder.resolve("answers");
    Process process =
        new ProcessBuilder(
                "python3", script.toString(), SCRIPTS.toString(), lines.toString(), module)
            .redirectOutput(out.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertThat(process.waitFor(5, TimeUnit.MINUTES)).as("python ends in time").isTrue();
    assertThat(process.exitValue()).isZero();
    return Files.readAllLines(out);
  }

  /** What a script says of a proof, on one line. */
  static String said(Path folder, Case one, String script) throws Exception {
    Path file = Files.write(folder.resolve("one.proof"), one.file());
    Path out = folder.resolve("said");
    Process process =
        new ProcessBuilder(
                "python3",
                SCRIPTS.resolve(script).toString(),
                file.toString(),
                "--json",
                "--pin",
                one.pin().toString())
            .redirectOutput(out.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).as("python ends in time").isTrue();
    return Files.readString(out);
  }

  static void requirePython(String module) throws InterruptedException {
    try {
      if (new ProcessBuilder("python3", "--version").start().waitFor() == 0) {
        return;
      }
    } catch (IOException notThere) {
      // said below
    }
    System.out.println(module + ".py: NOT RUN, there is no python3 on this machine");
    assumeTrue(false, "python3 is not on this machine");
  }

  /** Both accept all of them. */
  static void requireBothAccept(Path folder, String module, List<Case> genuine) throws Exception {
    requirePython(module);
    for (Case one : genuine) {
      assertThat(ProofCheck.check(one.file(), one.pin()).code().name()).isEqualTo("PROVED");
    }
    List<String> answers = python(folder, module, genuine);
    assertThat(answers).hasSameSizeAs(genuine).containsOnly("PROVED");
    System.out.println(module + ".py: " + answers.size() + " genuine proofs accepted by both");
  }

  /** Both say the same of changed ones, and refuse most. */
  static void requireSameOfChanged(Path folder, String module, List<Case> genuine, int count)
      throws Exception {
    requirePython(module);
    Random random = new Random(2);
    List<Case> changed = new ArrayList<>();
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Case one = genuine.get(random.nextInt(genuine.size()));
      Case other = genuine.get(random.nextInt(genuine.size()));
      byte[] file = mutated(one.file(), other.file(), random);
      ProofPin pin = random.nextInt(10) == 0 ? other.pin() : one.pin();
      changed.add(new Case(file, pin));
      expected.add(ProofCheck.check(file, pin).code().name());
    }
    List<String> answers = python(folder, module, changed);
    for (int i = 0; i < expected.size(); i++) {
      assertThat(answers.get(i))
          .as("case %s:%n%s", i, new String(changed.get(i).file(), StandardCharsets.UTF_8))
          .isEqualTo(expected.get(i));
    }
    long refused = answers.stream().filter(code -> !code.equals("PROVED")).count();
    System.out.println(
        module + ".py: " + refused + " of " + count + " changed proofs refused by both");
    assertThat(refused).isGreaterThan(count * 5L / 6);
  }

  private static byte[] mutated(byte[] file, byte[] other, Random random) {
    int way = random.nextInt(6);
    if (way < 2) {
      byte[] changed = file.clone();
      changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(way == 0 ? 8 : 4));
      return changed;
    }
    if (way == 2) {
      return Arrays.copyOf(file, random.nextInt(file.length));
    }
    List<String> lines = lines(file);
    int at = random.nextInt(lines.size());
    switch (way) {
      case 3 -> lines.add(random.nextInt(lines.size()), lines.get(at));
      case 4 -> lines.remove(at);
      default -> {
        List<String> donor = lines(other);
        lines.set(at, donor.get(Math.min(at, donor.size() - 1)));
      }
    }
    return (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  private static List<String> lines(byte[] file) {
    String text = new String(file, StandardCharsets.UTF_8);
    return new ArrayList<>(Arrays.asList(text.strip().split("\n", -1)));
  }
}

package io.inft.devnet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Compiles contracts that only tests need, with the compiler that {@code contracts/} pins. */
public final class Solidity {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** As in {@code contracts/package-lock.json}. */
  private static final NpmPackage SOLC =
      new NpmPackage(
          "solc",
          "0.8.37",
          "sha512-ieUYdPDRGNKMsZpCfi9tY64Q+ASoL8tyhLuvf9cFiqDs+6ijlx8Wn2CRi0N71AlCvRx0V092rlUYu3b3PuxWlA==",
          Map.of("soljson.js", "soljson.js"));

  private static final String PROGRAM =
      "const m = require(process.argv[1]); const compile = m.cwrap('solidity_compile', 'string',"
          + " ['string', 'number', 'number']); const fs = require('fs');"
          + " fs.writeFileSync(process.argv[3], compile(fs.readFileSync(process.argv[2], 'utf8'),"
          + " 0, 0));";

  private Solidity() {}

  /** The creation code of a contract in a file of its name in {@code contracts/test}. */
  public static byte[] creationCode(String contract) throws Exception {
    Path compiler = SOLC.in(TestPackages.FOLDER, progress -> {}).resolve("soljson.js");
    String file = contract + ".sol";
    ObjectNode input = JSON.createObjectNode().put("language", "Solidity");
    input
        .putObject("sources")
        .putObject(file)
        .put("content", Files.readString(Path.of("contracts", "test", file)));
    input
        .putObject("settings")
        .put("evmVersion", "cancun")
        .putObject("outputSelection")
        .putObject(file)
        .putArray(contract)
        .add("evm.bytecode.object");
    Path folder = Files.createTempDirectory(TestPackages.FOLDER, "solidity");
    Path question = folder.resolve("input.json");
    Path answer = folder.resolve("output.json");
    try {
      Files.writeString(question, JSON.writeValueAsString(input));
      run("node", "-e", PROGRAM, compiler.toString(), question.toString(), answer.toString());
      JsonNode output = JSON.readTree(Files.readString(answer));
      String code =
          output.at("/contracts/" + file + "/" + contract + "/evm/bytecode/object").asText();
      assertThat(code).as("%s", output.path("errors")).isNotEmpty();
      return HexFormat.of().parseHex(code);
    } finally {
      io.inft.bytes.DurableFiles.deleteTree(folder);
    }
  }

  private static void run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(process.waitFor(4, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(said).isZero();
  }
}

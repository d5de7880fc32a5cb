package io.inft.cli.database;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.inft.cli.CommandCall;
import io.inft.evm.AbiWriter;
import io.inft.replica.Engines;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pointers that clients of the guide wrote, on a chain that answers with one. */
class PointerOptionsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path SNAPSHOT = Path.of("src/test/resources/vectors/guide/py_fernet.bin");
  private static final String CHECKSUM =
      "b2779c3392b2a5f9376cdc48a289d71bf9ea3c719d4be3ecfa5ff6a5606737fd";
  private static final String CONTRACT = "0x" + "12".repeat(20);

  @TempDir Path folder;
  private HttpServer chain;

  // What the contract answers, and by which of its two functions.
  private String storageHash = CHECKSUM;
  private String checksum = CHECKSUM;
  private boolean byTheGetter;
  private String code = "0x6001";

  @BeforeEach
  void begin() throws IOException {
    chain = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    chain.createContext("/", this::answer);
    chain.start();
  }

  @AfterEach
  void end() {
    chain.stop(0);
    Engines.endIdle();
  }

  private void answer(HttpExchange exchange) throws IOException {
    JsonNode asked = JSON.readTree(exchange.getRequestBody());
    ObjectNode answer = JSON.createObjectNode().put("jsonrpc", "2.0");
    answer.set("id", asked.path("id"));
    switch (asked.path("method").asText()) {
      case "eth_chainId" -> answer.put("result", "0x7a69");
      case "eth_getCode" -> answer.put("result", code);
      case "eth_call" -> {
        String data = asked.path("params").path(0).path("data").asText();
        data += asked.path("params").path(0).path("input").asText();
        boolean getter = data.contains("983748df");
        answer.put("result", getter == byTheGetter ? pointer() : "0x");
      }
      default -> answer.put("result", "0x0");
    }
    byte[] bytes = JSON.writeValueAsBytes(answer);
    exchange.sendResponseHeaders(200, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private String pointer() {
    byte[] call =
        new AbiWriter().string(storageHash).string(checksum).uint(1_700_000_000L).call("f()");
    return "0x" + HexFormat.of().formatHex(call, 4, call.length);
  }

  private CommandCall inft(String... files) throws IOException {
    Path key = folder.resolve("key");
    Files.writeString(key, "SdScJfWXhGIJ8Nkud3CrZOHHXpS0zmxQkmXuZxddKh4=");
    String[] all = new String[files.length + 1];
    all[0] = "import";
    System.arraycopy(files, 0, all, 1, files.length);
    return CommandCall.of(
        List.of(
            "--as",
            "agent",
            "--network",
            "embedded",
            "--home",
            folder.resolve("home").toString(),
            "--embedded-dir",
            folder.resolve("network").toString(),
            "--guide-key-file",
            key.toString(),
            "--from-pointer",
            "inft_7",
            "--pointer-rpc",
            "http://127.0.0.1:" + chain.getAddress().getPort(),
            "--pointer-contract",
            CONTRACT),
        all);
  }

  @Test
  void theFileThatAPointerNamesIsImported() throws Exception {
    CommandCall call = inft(SNAPSHOT.toString());
    assertThat(call.code()).as("%s", call).isZero();
    assertThat(call.out()).contains("fernet");
  }

  @Test
  void aContractThatHasTheGetterAloneIsReadToo() throws Exception {
    byTheGetter = true;
    assertThat(inft(SNAPSHOT.toString()).code()).isZero();
  }

  @Test
  void anotherFileIsNot() throws Exception {
    checksum = "aa".repeat(32);
    CommandCall call = inft(SNAPSHOT.toString());
    assertThat(call.code()).isEqualTo(1);
    assertThat(call.err()).contains("aa".repeat(32), CHECKSUM, "SQLSTATE XX001");
  }

  @Test
  void withoutAFileAPointerThatNamesNothingIsNamed() throws Exception {
    CommandCall placeholder = inft();
    assertThat(placeholder.code()).isEqualTo(1);
    assertThat(placeholder.err()).contains("placeholder", CHECKSUM, "SQLSTATE 55000");
    storageHash = "no root";
    assertThat(inft().err()).contains("'no root' is no root");
    storageHash = "";
    checksum = "";
    assertThat(inft().err()).contains("the contract has none");
    storageHash = "x";
    checksum = "y";
    assertThat(inft().err()).contains("no SHA-256");
    code = "0x";
    assertThat(inft().err()).contains("there is no contract at");
  }
}

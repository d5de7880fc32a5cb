package handover;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.inft.bytes.SigningKey;
import io.inft.cli.Inft;
import io.inft.devnet.Devnet;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import picocli.CommandLine;

/**
 * A seller or a buyer: an account and machines. Nothing but the network lies between two of them.
 */
final class Party {
  private static final BigInteger PLAY_MONEY_WEI = BigInteger.TEN.pow(19);

  private final Path folder;
  private final Properties settings = new Properties();

  /** With a new account that can pay. */
  Party(Devnet network, Path folder) throws Exception {
    this.folder = Files.createDirectories(folder);
    SigningKey key = SigningKey.generate(new SecureRandom());
    network.anvil().fund(key.address(), PLAY_MONEY_WEI);
    settings.setProperty("network", "custom");
    settings.setProperty("rpc", network.rpc().toString());
    settings.setProperty("indexer", network.indexerAddress().toString());
    settings.setProperty("flow", network.contracts().flow().toString());
    settings.setProperty("contract", network.registry().toString());
    settings.setProperty("privateKeyFile", file("account", key.revealHex()));
    settings.setProperty("durability", "anchored");
    settings.setProperty("linger", "0s");
  }

  /** Has a password besides, which begins databases. */
  Party withPassword(String password) throws Exception {
    settings.setProperty("passwordFile", file("password", password));
    settings.setProperty("create", "true");
    return this;
  }

  private String file(String name, String secret) throws Exception {
    // Nobody else on this machine may read what this makes.
    return Files.writeString(Files.createTempFile(folder, name, ""), secret).toString();
  }

  private Properties on(String machine) {
    Properties properties = new Properties();
    properties.putAll(settings);
    properties.setProperty("home", folder.resolve(machine).toString());
    return properties;
  }

  Connection open(String id, String machine) throws SQLException {
    return DriverManager.getConnection("jdbc:inft:" + id, on(machine));
  }

  /** Only to read; {@code at} is a version, or "head". */
  Connection read(String id, String machine, String at) throws SQLException {
    Properties properties = on(machine);
    properties.remove("create");
    properties.setProperty(at.equals("head") ? "mode" : "at", at.equals("head") ? "ro" : at);
    return DriverManager.getConnection("jdbc:inft:" + id, properties);
  }

  /** What one would type as {@code inft …}, on this party's machine. */
  JsonNode inft(String... words) throws Exception {
    List<String> all = new ArrayList<>(List.of(words));
    all.add("--json");
    Properties properties = on("desk");
    properties.remove("create");
    properties.forEach((name, value) -> all.add("-P" + name + "=" + value));
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line = Inft.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    int code = line.execute(all.toArray(new String[0]));
    if (code != 0) {
      throw new IllegalStateException("inft " + String.join(" ", words) + ": " + err);
    }
    return new ObjectMapper().readTree(out.toString());
  }
}

package io.inft.imports;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.jdbc.Target;
import io.inft.replica.Engines;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** A machine on an embedded network, and files as the guide's clients write them. */
final class ImportWorld {
  static final String ID = "agent";
  static final String PASSWORD = "correct horse battery staple";
  static final String SALT = "000102030405060708090a0b0c0d0e0f";
  static final String KEY = "SdScJfWXhGIJ8Nkud3CrZOHHXpS0zmxQkmXuZxddKh4=";
  static final String KEY_HEX = "49d49c25f597846209f0d92e7770ab64e1c75e94b4ce6c509265ee67175d2a1e";

  final Path folder;

  ImportWorld(Path folder) {
    this.folder = folder;
  }

  Properties properties() {
    Properties properties = new Properties();
    properties.setProperty("network", "embedded");
    properties.setProperty("home", folder.resolve("home").toString());
    properties.setProperty("embeddedDir", folder.resolve("network").toString());
    return properties;
  }

  Import begin() throws SQLException {
    return new Import(Target.of(ID, properties(), true));
  }

  /** Copies a vector, so that a test may change it. */
  Path vector(String name) throws Exception {
    Path copy = folder.resolve(name);
    return Files.copy(Path.of("src/test/resources/vectors/guide", name), copy);
  }

  String ask(String sql) throws SQLException {
    Properties properties = properties();
    properties.setProperty("mode", "ro");
    try (Connection inft = DriverManager.getConnection("jdbc:inft:" + ID, properties);
        Statement statement = inft.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      return row.next() ? String.valueOf(row.getString(1)) : "";
    }
  }

  /** Nothing was published, and nothing in the clear is left here. */
  void hasBegunNothing() throws Exception {
    Engines.endIdle();
    assertThat(Target.of(ID, properties(), false).network().registry().describe()).isNotEmpty();
    Path objects = folder.resolve("network/store/objects");
    if (Files.exists(objects)) {
      try (Stream<Path> stored = Files.walk(objects)) {
        assertThat(stored.filter(Files::isRegularFile)).isEmpty();
      }
    }
    Path home = folder.resolve("home");
    if (Files.exists(home)) {
      try (Stream<Path> files = Files.walk(home)) {
        assertThat(files.filter(Files::isRegularFile)).isEmpty();
      }
    }
  }

  static byte[] fernet(byte[] plain, String keyHex) throws Exception {
    byte[] key = HexFormat.of().parseHex(keyHex);
    byte[] iv = new byte[16];
    new SecureRandom().nextBytes(iv);
    Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
    cipher.init(
        Cipher.ENCRYPT_MODE, new SecretKeySpec(key, 16, 16, "AES"), new IvParameterSpec(iv));
    byte[] sealed = cipher.doFinal(plain);
    byte[] token = new byte[9 + 16 + sealed.length + 32];
    token[0] = (byte) 0x80;
    token[5] = 0x6a;
    System.arraycopy(iv, 0, token, 9, 16);
    System.arraycopy(sealed, 0, token, 25, sealed.length);
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, 0, 16, "HmacSHA256"));
    mac.update(token, 0, token.length - 32);
    System.arraycopy(mac.doFinal(), 0, token, token.length - 32, 32);
    return Base64.getUrlEncoder().encode(token);
  }

  /** What Node's own crypto makes of a file: IV, tag, ciphertext. */
  static void node(Path plain, Path encrypted, String keyHex) throws Exception {
    run(
        "node",
        "-e",
        "const fs=require('fs'),c=require('crypto');const iv=c.randomBytes(16);"
            + "const k=c.createCipheriv('aes-256-gcm',Buffer.from('"
            + keyHex
            + "','hex'),iv);"
            + "const d=Buffer.concat([k.update(fs.readFileSync(process.argv[1])),k.final()]);"
            + "fs.writeFileSync(process.argv[2],Buffer.concat([iv,k.getAuthTag(),d]));",
        plain.toString(),
        encrypted.toString());
  }

  static String run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as("%s: %s", Arrays.toString(command), said).isZero();
    return said;
  }

  Path database(String name, String... statements) throws SQLException {
    Path file = folder.resolve(name);
    try (Connection sqlite = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = sqlite.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
    return file;
  }
}

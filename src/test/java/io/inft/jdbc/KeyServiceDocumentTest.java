package io.inft.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.jdbc.config.KeyServices;
import io.inft.replica.Engines;
import io.inft.seal.KeyWrapper;
import java.io.ByteArrayOutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of {@code key-services.md} compiles, and opens a database. */
class KeyServiceDocumentTest {
  /** A cloud in memory: each key id has a key of its own. */
  private static final String CLOUD =
      """
      package example;

      import java.io.IOException;
      import java.security.GeneralSecurityException;
      import java.security.MessageDigest;
      import java.util.Map;
      import java.util.Optional;
      import javax.crypto.AEADBadTagException;
      import javax.crypto.Cipher;
      import javax.crypto.spec.GCMParameterSpec;
      import javax.crypto.spec.SecretKeySpec;

      public final class Cloud implements CloudKmsKeyWrapper.Kms {
        @Override
        public byte[] encrypt(String keyId, byte[] plaintext, Map<String, String> context)
            throws IOException {
          try {
            return cipher(Cipher.ENCRYPT_MODE, keyId, context).doFinal(plaintext);
          } catch (GeneralSecurityException e) {
            throw new IOException(e);
          }
        }

        @Override
        public Optional<byte[]> decrypt(
            String keyId, byte[] ciphertext, Map<String, String> context) throws IOException {
          if (keyId.equals(System.getProperty("cloud.switched-off"))) {
            throw new IOException("the key is switched off");
          }
          try {
            return Optional.of(cipher(Cipher.DECRYPT_MODE, keyId, context).doFinal(ciphertext));
          } catch (AEADBadTagException e) {
            return Optional.empty();
          } catch (GeneralSecurityException e) {
            throw new IOException(e);
          }
        }

        private static Cipher cipher(int mode, String keyId, Map<String, String> context)
            throws GeneralSecurityException {
          byte[] key = MessageDigest.getInstance("SHA-256").digest(keyId.getBytes());
          Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
          cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, new byte[12]));
          cipher.updateAAD(context.get("inft").getBytes());
          return cipher;
        }
      }
      """;

  @TempDir Path folder;
  private ClassLoader before;
  private URLClassLoader classes;

  @BeforeEach
  void compileTheExample() throws Exception {
    String document = Files.readString(Path.of("src/site/markdown/key-services.md"));
    Matcher java = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(document);
    assertThat(java.find()).isTrue();
    Path out = folder.resolve("classes");
    Path services = Files.createDirectories(out.resolve("META-INF/services"));
    Path example = Files.writeString(folder.resolve("CloudKmsKeyWrapper.java"), java.group(1));
    Path cloud = Files.writeString(folder.resolve("Cloud.java"), CLOUD);
    ByteArrayOutputStream complaints = new ByteArrayOutputStream();
    int result =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                complaints,
                complaints,
                "-d",
                out.toString(),
                "-cp",
                System.getProperty("java.class.path"),
                example.toString(),
                cloud.toString());
    assertThat(result).as(complaints.toString(StandardCharsets.UTF_8)).isZero();
    Files.writeString(services.resolve(KeyWrapper.class.getName()), "example.CloudKmsKeyWrapper\n");
    Files.writeString(services.resolve("example.CloudKmsKeyWrapper$Kms"), "example.Cloud\n");
    before = Thread.currentThread().getContextClassLoader();
    classes = new URLClassLoader(new URL[] {out.toUri().toURL()}, before);
    Thread.currentThread().setContextClassLoader(classes);
  }

  @AfterEach
  void end() throws Exception {
    System.clearProperty("cloud.switched-off");
    Thread.currentThread().setContextClassLoader(before);
    Engines.endIdle();
    classes.close();
  }

  private Connection open(String machine, String keyService) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("network", "embedded");
    properties.setProperty("home", folder.resolve(machine).toString());
    properties.setProperty("embeddedDir", folder.resolve("network").toString());
    properties.setProperty("keyService", keyService);
    properties.setProperty("linger", "0");
    return DriverManager.getConnection("jdbc:inft:agent-1", properties);
  }

  @Test
  void opensADatabaseAndSaysWhenItCannot() throws Exception {
    try (Connection connection = open("laptop", "cloud-kms:agents/1");
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE t(x)");
      InftConnection inft = connection.unwrap(InftConnection.class);
      inft.addKey(KeyServices.secret("cloud-kms:agents/9", java.util.Optional.empty()));
    }
    try (Connection connection = open("cloud", "cloud-kms:agents/1");
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT count(*) FROM t")) {
      assertThat(rows.getInt(1)).isZero();
    }
    assertThatThrownBy(() -> open("cloud", "cloud-kms:agents/2"))
        .hasFieldOrPropertyWithValue("SQLState", "28000");
    open("elsewhere", "cloud-kms:agents/9").close();
    System.setProperty("cloud.switched-off", "agents/9");
    assertThatThrownBy(() -> open("elsewhere", "cloud-kms:agents/9"))
        .hasFieldOrPropertyWithValue("SQLState", "08001")
        .hasMessageContaining("switched off");
  }
}

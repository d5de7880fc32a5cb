package io.inft.cli.keys;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.inft.bytes.SigningKey;
import io.inft.cli.Inft;
import io.inft.keystore.KeystoreKeyWrapperTest;
import io.inft.replica.Engines;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

class KeysTest {
  private static final String KDF = "kdf=argon2id:m=19456,t=2,p=1";

  @TempDir Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private Path oldPassword;
  private Path newPassword;

  @BeforeEach
  void publishADatabase() throws Exception {
    oldPassword = Files.writeString(folder.resolve("old"), "correct horse battery staple\n");
    newPassword = Files.writeString(folder.resolve("new"), "seven red lamps on a winter pier\n");
    Properties properties = new Properties();
    properties.setProperty("network", "embedded");
    properties.setProperty("home", folder.resolve("home").toString());
    properties.setProperty("embeddedDir", folder.resolve("network").toString());
    properties.setProperty("passwordFile", oldPassword.toString());
    properties.setProperty("kdf", "argon2id:m=19456,t=2,p=1");
    try (Connection connection = DriverManager.getConnection("jdbc:inft:agent-1", properties);
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE t(x)");
    }
    Engines.endIdle();
  }

  @AfterEach
  void end() {
    Engines.endIdle();
  }

  private int run(String... arguments) {
    List<String> all = new ArrayList<>(List.of("keys"));
    all.addAll(Arrays.asList(arguments));
    return inft(all.toArray(String[]::new));
  }

  private int inft(String... arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    List<String> all = new ArrayList<>(Arrays.asList(arguments));
    all.addAll(List.of("--network", "embedded"));
    if (all.stream().noneMatch(one -> one.startsWith("-Pkdf="))) {
      all.add("-P" + KDF);
    }
    all.addAll(List.of("--home", folder.resolve("home").toString()));
    all.addAll(List.of("--embedded-dir", folder.resolve("network").toString()));
    CommandLine line = Inft.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    return line.execute(all.toArray(String[]::new));
  }

  private JsonNode json(String... arguments) throws Exception {
    List<String> all = new ArrayList<>(Arrays.asList(arguments));
    all.add("--json");
    assertThat(run(all.toArray(String[]::new))).as(err.toString()).isZero();
    return new ObjectMapper().readTree(out.toString());
  }

  private String old() {
    return "--password-file=" + oldPassword;
  }

  @Test
  void listsSlotsAndAgeWithoutASecret() throws Exception {
    JsonNode listed = json("list", "agent-1");
    assertThat(listed.path("epoch").asInt()).isEqualTo(1);
    assertThat(listed.path("rotationDue").asBoolean()).isFalse();
    assertThat(listed.path("slots").get(0).path("type").asText()).isEqualTo("password");
    assertThat(run("list", "agent-1")).isZero();
    assertThat(out.toString()).contains("epoch 1").contains("argon2id:m=19456,t=2,p=1");
    assertThat(run("list", "agent-2")).isEqualTo(1);
    assertThat(err.toString()).contains("agent-2").contains("3D000");
  }

  @Test
  void addsChecksRemovesAndRotates() throws Exception {
    Path keyFile = Files.writeString(folder.resolve("raw.key"), "5a".repeat(32) + "\n");
    assertThat(json("add", "agent-1", old(), "--new-key-file=" + keyFile).path("slots")).hasSize(2);
    JsonNode check = json("check", "agent-1", "--encryption-key-file=" + keyFile);
    assertThat(check.path("opens").asBoolean()).isTrue();
    assertThat(check.path("type").asText()).isEqualTo("raw key");

    String slot = check.path("slot").asText();
    assertThat(json("remove", "agent-1", slot, old()).path("slots")).hasSize(1);
    assertThat(run("check", "agent-1", "--encryption-key-file=" + keyFile)).isEqualTo(1);
    assertThat(err.toString()).contains("28000");

    JsonNode rewrapped =
        json("rotate", "agent-1", "--rewrap", old(), "--new-password-file=" + newPassword);
    assertThat(rewrapped.path("epoch").asInt()).isEqualTo(1);
    assertThat(run("check", "agent-1", old())).isEqualTo(1);
    JsonNode rotated =
        json(
            "rotate",
            "agent-1",
            "--password-file=" + newPassword,
            "--new-password-file=" + oldPassword,
            "--new-key-file=" + keyFile);
    assertThat(rotated.path("epoch").asInt()).isEqualTo(2);
    assertThat(rotated.path("slots")).hasSize(2);
    assertThat(json("check", "agent-1", old()).path("earliestEpoch").asInt()).isEqualTo(1);
    assertThat(
            run(
                "rotate",
                "agent-1",
                "--forget-history",
                old(),
                "--new-password-file=" + oldPassword))
        .as("the raw key of the epoch before would be locked out")
        .isEqualTo(2);
    json(
        "rotate",
        "agent-1",
        "--forget-history",
        "--yes",
        old(),
        "--new-password-file=" + oldPassword);
    assertThat(json("check", "agent-1", old()).path("earliestEpoch").asInt()).isEqualTo(3);
  }

  @Test
  void whoANewEpochWouldLockOutIsNamedAndAskedAbout() throws Exception {
    Path backup = folder.resolve("recovery.key");
    String recovery =
        json("backup", "agent-1", backup.toString(), old())
            .path("slots")
            .get(1)
            .path("slot")
            .asText();
    Path colleague = Files.writeString(folder.resolve("colleague"), "5a".repeat(32) + "\n");
    json("add", "agent-1", old(), "--new-key-file=" + colleague);
    JsonNode before = json("list", "agent-1");

    String[] rotate = {"rotate", "agent-1", old(), "--new-password-file=" + newPassword};
    assertThat(run(rotate)).isEqualTo(2);
    assertThat(err.toString())
        .contains("slot " + recovery, "recovery key", "cannot be taken over", "--yes");
    assertThat(json("list", "agent-1")).isEqualTo(before);

    String other = before.path("slots").get(2).path("slot").asText();
    assertThat(run("rotate", "agent-1", old(), "--new-key-file=" + backup)).isEqualTo(2);
    assertThat(err.toString()).contains(other).doesNotContain(recovery);

    JsonNode rotated =
        json("rotate", "agent-1", old(), "--yes", "--new-password-file=" + newPassword);
    assertThat(rotated.path("lockedOut")).hasSize(2);
    assertThat(rotated.path("slots")).hasSize(1);
    assertThat(run("check", "agent-1", "--encryption-key-file=" + backup)).isEqualTo(1);
  }

  @Test
  void makesARecoveryKeyThatOpens() throws Exception {
    Path file = folder.resolve("recovery.key");
    JsonNode made = json("backup", "agent-1", file.toString(), old());
    assertThat(made.path("slots")).hasSize(2);
    assertThat(Files.getPosixFilePermissions(file)).hasSize(2);
    assertThat(out.toString()).doesNotContain(Files.readAllLines(file).get(0));
    assertThat(json("check", "agent-1", "--encryption-key-file=" + file).path("slot").asText())
        .isEqualTo(made.path("slots").get(1).path("slot").asText());

    assertThat(run("backup", "agent-1", file.toString(), old())).isEqualTo(1);
    assertThat(err.toString()).contains("never overwritten");
  }

  @Test
  void aSheetOfPaperOpensTheDatabase() throws Exception {
    Path sheet = folder.resolve("sheet.html");
    JsonNode made = json("backup", "agent-1", "--sheet", sheet.toString(), old());
    assertThat(Files.getPosixFilePermissions(sheet)).hasSize(2);
    List<String> words = new ArrayList<>(RecoverySheet.words(Files.readString(sheet)));
    assertThat(out.toString()).doesNotContain(words.get(0) + " " + words.get(1));
    Path key = folder.resolve("recovered.key");

    JsonNode restored = json("restore", "agent-1", key.toString(), "--from-sheet=" + sheet);

    String slot = made.path("slots").get(1).path("slot").asText();
    assertThat(restored.path("slot").asText()).isEqualTo(slot);
    assertThat(json("check", "agent-1", "--encryption-key-file=" + key).path("slot").asText())
        .isEqualTo(slot);
    assertThat(run("restore", "agent-1", key.toString(), "--from-sheet=" + sheet)).isEqualTo(1);
    assertThat(err.toString()).contains("never overwritten");

    Path typed = folder.resolve("typed");
    Path other = folder.resolve("other.key");
    String right = words.set(4, words.get(4).equals("able") ? "about" : "able");
    Files.writeString(typed, String.join(" ", words));
    assertThat(run("restore", "agent-1", other.toString(), "--from-sheet=" + typed)).isEqualTo(1);
    assertThat(err.toString()).contains("word 5 is another one", "22023").doesNotContain(right);
    words.set(4, "xyz");
    Files.writeString(typed, String.join("\n", words));
    assertThat(run("restore", "agent-1", other.toString(), "--from-sheet=" + typed)).isEqualTo(1);
    assertThat(err.toString()).contains("word 5 is not in the list");
    Files.writeString(typed, "abandon ".repeat(23) + "art");
    assertThat(run("restore", "agent-1", other.toString(), "--from-sheet=" + typed)).isEqualTo(1);
    assertThat(err.toString()).contains("opens nothing of this database");
    assertThat(other).doesNotExist();
  }

  @Test
  void leavesNoRecoveryKeyBehindThatOpensNothing() throws Exception {
    Path file = folder.resolve("recovery.key");
    Path stranger = Files.writeString(folder.resolve("stranger"), "22".repeat(32));
    assertThat(run("backup", "agent-1", file.toString(), old(), "--private-key-file=" + stranger))
        .isEqualTo(1);
    assertThat(err.toString()).contains("42501");
    assertThat(file).doesNotExist();
    assertThat(run("backup", "mistyped", file.toString(), old())).isEqualTo(1);
    assertThat(file).doesNotExist();
  }

  /** The right to change keys is enough; what else it could do is refused. */
  @Test
  void aKeyAdminNeedsNoRightToWrite() throws Exception {
    SigningKey admin = SigningKey.parse("22".repeat(32));
    Path adminKey = Files.writeString(folder.resolve("admin"), admin.revealHex());
    String as = "--private-key-file=" + adminKey;
    assertThat(run("add", "agent-1", as, old(), "--new-password-file=" + newPassword)).isEqualTo(1);
    assertThat(err.toString())
        .contains("42501")
        .contains("it has no WRITER right")
        .contains("inft registry grant agent-1 " + admin.address() + " --role writer");
    assertThat(
            inft(
                "registry",
                "grant",
                "agent-1",
                admin.address().toString(),
                "--role=key-admin",
                "--yes"))
        .as(err.toString())
        .isZero();

    JsonNode added = json("add", "agent-1", as, old(), "--new-password-file=" + newPassword);

    String slot = added.path("slots").get(0).path("slot").asText();
    String opens = "--password-file=" + newPassword;
    assertThat(json("remove", "agent-1", slot, as, opens).path("slots")).hasSize(1);
    assertThat(
            json("rotate", "agent-1", as, opens, "--new-password-file=" + oldPassword)
                .path("epoch")
                .asInt())
        .isEqualTo(2);
    Path file = folder.resolve("recovery.key");
    assertThat(json("backup", "agent-1", file.toString(), as, old()).path("slots")).hasSize(2);
    Path image = folder.resolve("image.db");
    assertThat(inft("pull", "agent-1", image.toString(), as, old())).as(err.toString()).isZero();
    assertThat(inft("push", "agent-1", image.toString(), as, old())).isEqualTo(1);
    assertThat(err.toString()).contains("42501").contains("it has no WRITER right");
  }

  @Test
  void aKeystoreCanBeAWayIn() throws Exception {
    Path keystore = KeystoreKeyWrapperTest.keystore(folder.resolve("keys.p12"), "agent", 32, 7);
    Path password = Files.writeString(folder.resolve("kp"), "password of the keystore\n");
    String reference = "pkcs12:" + keystore + "#agent";
    json(
        "add",
        "agent-1",
        old(),
        "--new-key-service=" + reference,
        "--new-key-service-password-file=" + password);
    JsonNode check =
        json(
            "check",
            "agent-1",
            "--key-service=" + reference,
            "--key-service-password-file=" + password);
    assertThat(check.path("type").asText()).isEqualTo("key service");
  }

  private Path account(String name, SigningKey key) throws Exception {
    return Files.writeString(folder.resolve(name), key.revealHex() + "\n");
  }

  private JsonNode addWallet(SigningKey key) throws Exception {
    return json("add", "agent-1", old(), "--new-wallet=" + key.publicKey());
  }

  private static String slotOf(JsonNode keyring, SigningKey key) {
    for (JsonNode slot : keyring.path("slots")) {
      if (slot.path("detail").asText().equals(key.address().toString())) {
        return slot.path("slot").asText();
      }
    }
    throw new AssertionError("no slot of " + key.address() + " in " + keyring);
  }

  @Test
  void anAccountIsLetInByItsPublicKeyAndTakenOverByARotation() throws Exception {
    SigningKey stays = SigningKey.parse("51".repeat(32));
    SigningKey goes = SigningKey.parse("52".repeat(32));
    String asStays = "--wallet-key-file=" + account("stays", stays);
    String asGoes = "--wallet-key-file=" + account("goes", goes);
    JsonNode shown = json("wallet", asStays);
    assertThat(shown.path("account").asText()).isEqualTo(stays.address().toString());
    json("add", "agent-1", old(), "--new-wallet=" + shown.path("publicKey").asText());
    JsonNode added = addWallet(goes);
    JsonNode opened = json("check", "agent-1", asStays);
    assertThat(opened.path("type").asText()).isEqualTo("wallet");

    JsonNode rotated = json("rotate", "agent-1", old(), "--without=" + slotOf(added, goes));

    assertThat(rotated.path("epoch").asInt()).isEqualTo(2);
    assertThat(rotated.path("takenOver").get(0).asText()).isEqualTo(slotOf(added, stays));
    assertThat(rotated.path("leftOut").get(0).asText()).isEqualTo(slotOf(added, goes));
    assertThat(rotated.path("lockedOut").isMissingNode()).isTrue();
    json("check", "agent-1", asStays);
    json("check", "agent-1", old());
    assertThat(run("check", "agent-1", asGoes)).isEqualTo(1);
    assertThat(err.toString()).contains("28000", goes.address().toString());

    // The password is asked about if it is the wallet that rotates; the wallet's slot is made once.
    assertThat(run("rotate", "agent-1", asStays)).isEqualTo(2);
    assertThat(err.toString()).contains("password, argon2id", "nothing was changed");
    JsonNode again = json("rotate", "agent-1", asStays, "--yes");
    assertThat(again.path("slots")).hasSize(1);
    assertThat(again.path("epoch").asInt()).isEqualTo(3);
    assertThat(run("rotate", "agent-1", asStays, "--without=00000000")).isEqualTo(1);
    assertThat(err.toString()).contains("no slot 00000000");
  }

  @Test
  void aKeyWithASlotAlreadyGetsNoSecondOne() throws Exception {
    SigningKey key = SigningKey.parse("53".repeat(32));
    addWallet(key);
    assertThat(run("add", "agent-1", old(), "--new-wallet=" + key.publicKey())).isEqualTo(1);
    assertThat(err.toString()).contains("opens slot ").contains("already");
    assertThat(run("add", "agent-1", old(), "--new-wallet=" + key.address())).isEqualTo(64);
    assertThat(err.toString()).contains("--new-wallet").contains("an address is not enough");
    assertThat(run("wallet", "--wallet-key-file=" + oldPassword)).isEqualTo(64);
    assertThat(err.toString()).contains("walletKeyFile");
  }

  @Test
  void whatASmallMachineCouldNotOpenIsAskedAbout() throws Exception {
    String large = "-Pkdf=argon2id:m=262144,t=2,p=1";
    JsonNode before = json("list", "agent-1");
    assertThat(run("add", "agent-1", old(), large, "--new-password-file=" + newPassword))
        .isEqualTo(2);
    assertThat(err.toString()).contains("256 MiB").contains("pbkdf2-sha256").contains("--yes");
    assertThat(run("rotate", "agent-1", old(), large, "--new-password-file=" + newPassword))
        .isEqualTo(2);
    assertThat(json("list", "agent-1")).isEqualTo(before);
    JsonNode small =
        json(
            "add",
            "agent-1",
            old(),
            "-Pkdf=pbkdf2-sha256:i=600000",
            "--new-password-file=" + newPassword);
    assertThat(small.path("slots").get(1).path("detail").asText())
        .isEqualTo("pbkdf2-sha256:i=600000");
    json("check", "agent-1", "--password-file=" + newPassword);
  }

  @Test
  void onesOwnSlotIsNamedBeforeItGoes() throws Exception {
    SigningKey key = SigningKey.parse("54".repeat(32));
    JsonNode added = addWallet(key);
    String own = added.path("slots").get(0).path("slot").asText();
    assertThat(run("remove", "agent-1", own, old())).isEqualTo(2);
    assertThat(err.toString()).contains("slot " + own).contains("your own").contains("--yes");
    json("remove", "agent-1", own, old(), "--yes");
    json("check", "agent-1", "--wallet-key-file=" + account("key", key));
    assertThat(run("check", "agent-1", old())).isEqualTo(1);
  }

  @Test
  void refusesWeakPasswordsUnlessTold() throws Exception {
    Path weak = Files.writeString(folder.resolve("weak"), "hunter2\n");
    String asOnAChain = "-PallowWeakPassword=false";
    assertThat(run("add", "agent-1", old(), asOnAChain, "--new-password-file=" + weak))
        .isEqualTo(1);
    assertThat(err.toString()).contains("public for ever").doesNotContain("hunter2");
    json(
        "add",
        "agent-1",
        old(),
        asOnAChain,
        "--allow-weak-password",
        "--new-password-file=" + weak);
    json("check", "agent-1", "--password-file=" + weak);
  }

  @Test
  void refusesWhatDoesNotFitTogether() throws Exception {
    assertThat(run("add", "agent-1", old(), "--new-password-file=" + oldPassword)).isEqualTo(1);
    assertThat(err.toString()).contains("opens slot ").contains("already").contains("22023");
    assertThat(run("add", "agent-1", old(), "--new-key-file=" + newPassword)).isEqualTo(64);
    assertThat(err.toString()).contains("'--new-key-file': a key is 32 bytes");
    assertThat(run("backup", "agent-1", newPassword.toString(), old())).isEqualTo(1);
    assertThat(err.toString()).startsWith("inft: " + newPassword + " exists already");
    assertThat(run("check", "agent-1")).isEqualTo(1);
    assertThat(err.toString()).contains("set password, passwordFile or encryptionKey");
    assertThat(folder.resolve("network/development-data-key"))
        .as("looking makes none")
        .doesNotExist();
    assertThat(run("add", "agent-1", old())).isEqualTo(64);
    assertThat(err.toString()).contains("--new-password-file");
    assertThat(run("rotate", "agent-1", old(), "--rewrap", "--forget-history")).isEqualTo(64);
    assertThat(run("remove", "agent-1", "00000000", old())).isEqualTo(1);
    assertThat(err.toString()).contains("no slot 00000000").contains("22023");
    String only = json("list", "agent-1").path("slots").get(0).path("slot").asText();
    assertThat(run("remove", "agent-1", only, old())).isEqualTo(1);
    assertThat(err.toString()).contains("last");
  }

  @Test
  void everyCommandSaysWhatItGivesAndDoesNotGiveAndTakesNoSecretAsAnArgument() {
    CommandLine keys = Inft.commandLine().getSubcommands().get("keys");
    for (Map.Entry<String, CommandLine> command : keys.getSubcommands().entrySet()) {
      String help = command.getValue().getUsageMessage();
      assertThat(help)
          .as(command.getKey())
          .contains("Gives:")
          .contains("Does not give:")
          .contains("Example:")
          .contains("--json");
      for (OptionSpec option : command.getValue().getCommandSpec().options()) {
        String name = option.longestName();
        if (name.matches(".*(password|key|secret).*")) {
          assertThat(
                  option.interactive()
                      || name.endsWith("-file")
                      || name.endsWith("key-service")
                      || name.equals("--allow-weak-password"))
              .as(command.getKey() + " " + name)
              .isTrue();
        }
      }
    }
  }
}

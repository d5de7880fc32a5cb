package io.inft.cli.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.inft.cli.CommandRun;
import io.inft.cli.console.Profile;
import io.inft.failure.SettingException;
import io.inft.jdbc.config.Surroundings;
import io.inft.replica.Engines;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Settings that commands start from. */
class ProfilesTest {
  @TempDir Path folder;

  private final CommandRun ran = new CommandRun();
  private String before = "";

  @BeforeEach
  void useAFolderOfOurOwn() {
    before = System.getProperty(Profile.FOLDER_PROPERTY, "");
    System.setProperty(Profile.FOLDER_PROPERTY, folder.resolve("profiles").toString());
  }

  @AfterEach
  void giveBack() {
    System.setProperty(Profile.FOLDER_PROPERTY, before);
    Engines.endIdle();
  }

  private Path profile(String name, String text) throws Exception {
    Files.createDirectories(folder.resolve("profiles"));
    return Files.writeString(folder.resolve("profiles").resolve(name + ".properties"), text);
  }

  private static Surroundings surroundings(Map<String, String> environment) {
    return new Surroundings(
        name -> Optional.ofNullable(System.getProperty(name)),
        name -> Optional.ofNullable(environment.get(name)));
  }

  @Test
  void initWritesWhatTheOthersStartFrom() {
    String home = folder.resolve("home").toString();
    String network = folder.resolve("network").toString();
    assertThat(
            ran.run(
                "init",
                "--network",
                "embedded",
                "--embedded-dir",
                network,
                "--home",
                home,
                "--no-questions"))
        .as(ran.err())
        .isZero();
    assertThat(ran.out()).contains("default.properties").contains("inft doctor");

    assertThat(ran.run("sql", "notes", "--write", "CREATE TABLE t(a)")).as(ran.err()).isZero();
    assertThat(ran.run("status", "notes")).as(ran.err()).isZero();
    assertThat(ran.out()).contains("embedded").contains(home);
    assertThat(ran.run("init", "--network", "galileo", "--no-questions")).isEqualTo(64);
    assertThat(ran.err()).contains("is there already");
  }

  @Test
  void initAsksForWhatTheOptionsDoNotSay() throws Exception {
    InputStream terminal = System.in;
    try {
      System.setIn(
          new ByteArrayInputStream(
              "custom\nhttps://rpc.example\n\n0x00000000000000000000000000000000000000aa\nkey\n\n"
                  .getBytes(StandardCharsets.UTF_8)));
      assertThat(ran.run("init", "--profile", "work", "--json")).as(ran.err()).isZero();
    } finally {
      System.setIn(terminal);
    }
    assertThat(ran.err()).contains("Address of the registry contract");
    JsonNode settings = ran.json().path("settings");
    assertThat(settings.path("rpc").asText()).isEqualTo("https://rpc.example");
    assertThat(settings.path("indexer").isMissingNode()).isTrue();
    assertThat(Path.of(settings.path("privateKeyFile").asText())).isAbsolute();

    assertThat(ran.run("config", "--profile", "work")).as(ran.err()).isZero();
    assertThat(ran.out()).contains("https://rpc.example").contains("profile work");
  }

  @Test
  void whoAnswersNothingIsToldWhatToDo() {
    InputStream terminal = System.in;
    try {
      System.setIn(InputStream.nullInputStream());
      assertThat(ran.run("init")).isEqualTo(64);
      assertThat(ran.err()).contains("--no-questions");
    } finally {
      System.setIn(terminal);
    }
    assertThat(folder.resolve("profiles")).doesNotExist();
  }

  @Test
  void configSaysWhereEachSettingComesFromAndShowsNoSecret() throws Exception {
    profile("default", "network=galileo\nsyncInterval=5s\n");
    assertThat(ran.run("config", "--json", "--home", "/data")).as(ran.err()).isZero();
    Map<String, String> from = new java.util.TreeMap<>();
    ran.json().forEach(row -> from.put(row.path("property").asText(), row.path("from").asText()));
    assertThat(from.get("network")).startsWith("profile default: ");
    assertThat(from.get("home")).isEqualTo("option");

    assertThat(ran.run("config", "--all")).isZero();
    assertThat(ran.out()).contains("maxLag").contains("default");
    assertThat(ran.run("config", "--profile", "nowhere")).isEqualTo(64);
    assertThat(ran.err()).contains("nowhere").contains("default").contains("inft init");
    profile("wrong", "netwrok=galileo\n");
    assertThat(ran.run("config", "--profile", "wrong")).isEqualTo(64);
    assertThat(ran.err()).contains("did you mean 'network'");
    assertThat(ran.run("config", "--profile", "../x")).isEqualTo(64);
  }

  @Test
  void aSecretDoesNotStandInAProfile() throws Exception {
    profile("default", "password=hunter2\n");
    assertThat(ran.run("status", "a")).isEqualTo(64);
    assertThat(ran.err()).contains("passwordFile").doesNotContain("hunter2");
  }

  @Test
  void whatIsGivenElsewhereComesFirstWithAllThatBelongsToIt() throws Exception {
    profile(
        "default",
        """
        network=custom
        rpc=http://a
        contract=0x1
        passwordFile=/p
        privateKeyFile=/k
        maxLag=1m
        """);
    Surroundings nothing = surroundings(Map.of());
    Profile found = Profile.find(Optional.empty(), nothing).orElseThrow();
    assertThat(found.beside(new Properties(), nothing)).isEqualTo(found.values());

    Properties given = new Properties();
    given.setProperty("network", "embedded");
    assertThat(found.beside(given, nothing))
        .containsOnlyKeys("passwordFile", "privateKeyFile", "maxLag");
    assertThat(
            found.beside(
                new Properties(),
                surroundings(Map.of("INFT_ENCRYPTION_KEY", "k", "ZERO_G_PRIVATE_KEY", "p"))))
        .containsOnlyKeys("network", "rpc", "contract", "maxLag");
    given.setProperty("maxLag", "2m");
    assertThat(found.beside(given, nothing)).doesNotContainKey("maxLag");
  }

  @Test
  void theFolderIsWhereConfigurationLies() throws Exception {
    Surroundings xdg =
        new Surroundings(
            name -> Optional.empty(),
            name -> name.equals("XDG_CONFIG_HOME") ? Optional.of("/c") : Optional.empty());
    assertThat(Profile.folder(xdg)).isEqualTo(Path.of("/c/inft"));
    Surroundings own =
        new Surroundings(
            name -> Optional.empty(),
            name -> name.equals("INFT_PROFILES") ? Optional.of("/mine") : Optional.empty());
    assertThat(Profile.folder(own)).isEqualTo(Path.of("/mine"));
    assertThatThrownBy(() -> Profile.file(Path.of("/c"), "a/b"))
        .isInstanceOf(SettingException.class);
  }
}

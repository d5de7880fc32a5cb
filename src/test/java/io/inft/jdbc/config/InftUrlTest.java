package io.inft.jdbc.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.failure.SettingException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InftUrlTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "jdbc:inft:notes|notes",
        "JDBC:INFT:notes|notes",
        "jdbc:inft:sqlite:notes|notes",
        "jdbc:inft:notes?|notes",
        "jdbc:inft:notes?network=embedded|notes",
        "jdbc:inft:agents/alice/memory?mode=ro&at=7|agents/alice/memory",
        "jdbc:inft:eip155:16602/erc721:0xAB/1|eip155:16602/erc721:0xAB/1",
        "jdbc:inft:|\"\"",
      })
  void readsTheId(String url, String id) throws Exception {
    assertThat(InftUrl.parse(url).orElseThrow().id()).isEqualTo(id);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:sqlite:notes",
        "jdbc:postgresql://h/d",
        "jdbc:inftx:notes",
        "inft:notes",
        ""
      })
  void leavesForeignUrlsAlone(String url) throws Exception {
    assertThat(InftUrl.accepts(url)).isFalse();
    assertThat(InftUrl.parse(url)).isEmpty();
  }

  @Test
  void readsParametersInOrderAndDecodesThem() throws Exception {
    InftUrl url =
        InftUrl.parse("jdbc:inft:n?home=/a%20b+c&mode=ro&&at=2026-01-01T00:00:00Z&linger=")
            .orElseThrow();

    assertThat(url.parameters())
        .containsOnly(
            Map.entry("home", "/a b+c"),
            Map.entry("mode", "ro"),
            Map.entry("at", "2026-01-01T00:00:00Z"),
            Map.entry("linger", ""));
    assertThat(List.copyOf(url.parameters().keySet()))
        .containsExactly("home", "mode", "at", "linger");
  }

  @Test
  void keepsTheTextAsItWasGiven() throws Exception {
    String text = "jdbc:inft:sqlite:notes?network=embedded";
    assertThat(InftUrl.parse(text).orElseThrow().text()).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:inft:n?mode",
        "jdbc:inft:n?=ro",
        "jdbc:inft:n?mode=ro&mode=rw",
        "jdbc:inft:n?home=%2",
        "jdbc:inft:n?home=%zz",
      })
  void refusesBrokenParameters(String url) {
    assertThatThrownBy(() -> InftUrl.parse(url)).isInstanceOf(SettingException.class);
  }

  @Test
  void doesNotRepeatAPieceOfASecretThatContainedAnAmpersand() {
    assertThatThrownBy(() -> InftUrl.parse("jdbc:inft:n?password=correct&horse"))
        .isInstanceOf(SettingException.class)
        .hasMessageNotContaining("horse");
  }
}

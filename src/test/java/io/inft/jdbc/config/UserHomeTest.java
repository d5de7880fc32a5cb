package io.inft.jdbc.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.failure.SettingException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class UserHomeTest {
  @Test
  void isTheAccountsElseTheEnvironments() throws Exception {
    assertThat(UserHome.folder(Optional.of("/home/me"), Optional.of("/other")))
        .isEqualTo(Path.of("/home/me"));
    for (String none : new String[] {"?", "", "/", "relative"}) {
      assertThat(UserHome.folder(Optional.of(none), Optional.of("/data")))
          .isEqualTo(Path.of("/data"));
    }
    assertThat(UserHome.folder(Optional.empty(), Optional.of("/data"))).isEqualTo(Path.of("/data"));
  }

  @Test
  void anAccountWithoutOneIsToldWhatToSet() {
    assertThatThrownBy(() -> UserHome.folder(Optional.of("?"), Optional.of("/")))
        .isInstanceOf(SettingException.class)
        .hasMessageContaining("'?'")
        .hasMessageContaining("INFT_HOME");
    assertThatThrownBy(() -> UserHome.folder(Optional.of("?"), Optional.empty()))
        .isInstanceOf(SettingException.class);
  }
}

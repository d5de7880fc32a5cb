package io.inft.agents.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.agents.rows.Sealing.Origin;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SealingTest {
  private static final Origin SESSION = Origin.of("ada", "s1");
  private static final Origin THREAD =
      new Origin(Optional.empty(), Optional.empty(), "t1", Map.of("tenant", 7, "other", "x"));

  @Test
  void namesTheSubjectOfWhatIsWritten() {
    assertThat(Sealing.none().subjectOf(SESSION)).isEmpty();
    assertThat(Sealing.byConversation().subjectOf(SESSION)).contains("s1");
    assertThat(Sealing.byConversation().subjectOf(THREAD)).contains("t1");
    assertThat(Sealing.byUser().subjectOf(SESSION)).contains("ada");
    assertThat(Sealing.byMetadata("tenant").subjectOf(THREAD)).contains("7");
    assertThat(Sealing.bySubject(origin -> "of " + origin.conversation()).subjectOf(SESSION))
        .contains("of s1");
  }

  /** Forgetting one would destroy a stranger's. */
  @Test
  void usersAndSessionsOfAppsAreNoneOfOthers() {
    Origin origin = Origin.of("a/b", "ada", "s%1");
    assertThat(Sealing.byUser().subjectOf(origin)).contains("a%2Fb/ada");
    assertThat(Sealing.byConversation().subjectOf(origin)).contains("a%2Fb/ada/s%251");
  }

  @Test
  void writesNothingInTheClearForWantOfASubject() {
    assertThatThrownBy(() -> Sealing.byUser().subjectOf(THREAD))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("whose 't1' is");
    assertThatThrownBy(() -> Sealing.byMetadata("user").subjectOf(THREAD))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("'user'")
        .hasMessageContaining("'t1'");
    assertThatThrownBy(() -> Sealing.bySubject(origin -> "").subjectOf(SESSION))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("'s1'");
  }

  @Test
  void aSettingNamesOne() {
    assertThat(Sealing.named("none").subjectOf(SESSION)).isEmpty();
    assertThat(Sealing.named("conversation").subjectOf(SESSION)).contains("s1");
    assertThat(Sealing.named("user").subjectOf(SESSION)).contains("ada");
    assertThatThrownBy(() -> Sealing.named("all"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("inft.agents.seal is 'all': none, conversation or user");
  }

  /** A role and what was said; upper case cannot be read. */
  private static List<String> shown(boolean newestFirst, int most, String... said) {
    List<String> shown = new ArrayList<>();
    Exchanges<String> exchanges =
        new Exchanges<>(
            newestFirst,
            one -> {
              shown.add(one);
              return shown.size() < most;
            });
    for (String one : said) {
      String role =
          switch (Character.toLowerCase(one.charAt(0))) {
            case 'u' -> "user";
            case 's' -> "system";
            default -> "tool";
          };
      boolean readable = Character.isLowerCase(one.charAt(0));
      if (!exchanges.add(role, readable ? Optional.of(one) : Optional.empty())) {
        return shown;
      }
    }
    exchanges.end();
    return shown;
  }

  @Test
  void exchangesAreShownAsAWholeOrNotAtAll() {
    assertThat(shown(false, 9, "t0", "u1", "t1", "u2", "t2"))
        .containsExactly("t0", "u1", "t1", "u2", "t2");
    assertThat(shown(false, 9, "u1", "T1", "t2", "s", "u2", "t3")).containsExactly("s", "u2", "t3");
    assertThat(shown(false, 9, "u1", "t1", "U2", "t2")).containsExactly("u1", "t1");
    assertThat(shown(false, 9, "u1", "S", "t1")).containsExactly("u1", "t1");
    assertThat(shown(true, 9, "t3", "u2", "s", "t2", "T1", "u1")).containsExactly("t3", "u2", "s");
    assertThat(shown(true, 9, "t2", "U2", "t1", "u1")).containsExactly("t1", "u1");
    assertThat(shown(false, 2, "u1", "t1", "t2", "u2")).containsExactly("u1", "t1");
    assertThat(shown(true, 1, "t2", "u2", "U1")).containsExactly("t2");
  }
}

package io.inft.evm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.evm.Expenses.Expense;
import io.inft.failure.CorruptObjectException;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExpensesTest {
  private static final long MINUTE = 60_000;
  private static final long HOUR = 60 * MINUTE;
  private static final long NOON = Instant.parse("2026-03-01T12:00:00Z").toEpochMilli();

  private static BigInteger wei(long wei) {
    return BigInteger.valueOf(wei);
  }

  private static Expense reserved(long millis, long nonce, long wei) {
    return new Expense(millis, nonce, wei(0), wei(wei), Optional.empty());
  }

  private static Expense mined(long millis, long nonce, long wei) {
    return new Expense(millis, nonce, wei(1), wei(wei - 1), Optional.of(wei(21_000)));
  }

  private static Expenses again(Expenses expenses) throws CorruptObjectException {
    return Expenses.parse("spent", expenses.text());
  }

  @Test
  void readsWhatEarlierReleasesWrote() throws Exception {
    Expenses read = Expenses.parse("spent", NOON + " 7 5 100\n" + (NOON + 1) + " 8 0 20\n");

    assertThat(read.lastHour(NOON + 2, -1)).isEqualTo(wei(125));
    assertThat(read.lastHour(NOON + 2, 8)).isEqualTo(wei(105));
  }

  @Test
  void whatIsWrittenIsReadTheSame() throws Exception {
    Expenses expenses = new Expenses();
    expenses.put(reserved(NOON, 1, 10));
    expenses.put(mined(NOON - 3 * HOUR, 2, 20));
    expenses.claim("a", NOON, wei(5));
    expenses.note("a", NOON, "x=1,y=2");
    expenses.tidy(NOON);

    Expenses read = again(expenses);
    assertThat(read.text()).isEqualTo(expenses.text());
    assertThat(read.since(NOON - 12 * HOUR)).isEqualTo(wei(30));
    assertThat(read.claimed(NOON - HOUR, null)).isEqualTo(wei(5));
    assertThat(read.claimed(NOON - HOUR, "a")).isEqualTo(wei(0));
    assertThat(read.note("a")).contains("x=1,y=2");
  }

  @Test
  void hoursAreSummedAndNothingIsCountedTwiceOrLost() throws Exception {
    Expenses expenses = new Expenses();
    for (int i = 0; i < 100; i++) {
      expenses.put(mined(NOON - 20 * HOUR + i * 10L * MINUTE, i, 10));
      expenses.tidy(NOON);
      expenses = again(expenses);
    }
    assertThat(expenses.since(NOON - 24 * HOUR)).isEqualTo(wei(1000));
    assertThat(expenses.since(NOON - 10 * HOUR)).isEqualTo(wei(400));
    assertThat(expenses.text().lines().count()).as("one line for each hour").isLessThan(30);
  }

  @Test
  void whatMayStillCostLessStaysByItself() throws Exception {
    Expenses expenses = new Expenses();
    expenses.put(reserved(NOON - 10 * HOUR, 4, 10));
    expenses.tidy(NOON);
    expenses.put(mined(NOON - 10 * HOUR, 4, 3));
    expenses.tidy(NOON);

    assertThat(expenses.since(NOON - 12 * HOUR)).isEqualTo(wei(3));
  }

  @Test
  void theHourThatTheCapAsksAboutIsAnyHour() {
    Expenses expenses = new Expenses();
    expenses.put(mined(NOON - HOUR + 1, 1, 7));
    expenses.put(mined(NOON - HOUR, 2, 9));
    expenses.tidy(NOON);

    assertThat(expenses.lastHour(NOON, -1)).isEqualTo(wei(7));
    assertThat(expenses.since(NOON - HOUR)).isEqualTo(wei(16));
  }

  @Test
  void aClockThatWasSetBackForgetsNothing() {
    Expenses expenses = new Expenses();
    expenses.put(mined(NOON, 1, 7));
    expenses.tidy(NOON);
    long back = NOON - 5 * HOUR;
    expenses.tidy(back);

    assertThat(expenses.since(back - HOUR)).isEqualTo(wei(7));
    assertThat(expenses.lastHour(back, -1)).isEqualTo(wei(7));
  }

  @Test
  void aClockThatWasAYearAheadDoesNotCountForAYear() {
    Expenses expenses = new Expenses();
    expenses.put(mined(NOON + 365 * 24 * HOUR, 1, 7));
    expenses.claim("a", NOON + 365 * 24 * HOUR, wei(5));
    expenses.tidy(NOON);

    assertThat(expenses.since(NOON - HOUR)).isEqualTo(wei(7));
    expenses.tidy(NOON + 24 * HOUR);
    assertThat(expenses.since(NOON + 12 * HOUR)).isEqualTo(wei(0));
    assertThat(expenses.claimed(NOON, null)).isEqualTo(wei(0));
  }

  @Test
  void whatIsOldIsLeftOut() {
    Expenses expenses = new Expenses();
    expenses.put(mined(NOON, 1, 7));
    expenses.put(reserved(NOON, 2, 7));
    expenses.claim("a", NOON, wei(5));
    expenses.note("a", NOON, "n");
    expenses.tidy(NOON + 49 * HOUR);
    assertThat(expenses.text()).isEqualTo("note " + NOON + " a n\n");
    expenses.tidy(NOON + 31 * 24 * HOUR);
    assertThat(expenses.text()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "what?",
        "1 2 3",
        "1 2 3 -4",
        "1 2 3 4 x",
        "hour 1",
        "claim 1 a",
        "claim 1 a -3",
        "note 1",
        "hour x 3",
        ""
      })
  void refusesWhatIsNoLine(String line) {
    assertThatThrownBy(() -> Expenses.parse("spent", line + "\n"))
        .isInstanceOf(CorruptObjectException.class)
        .hasMessageContaining("delete it to begin anew");
  }
}

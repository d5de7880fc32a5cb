package io.inft.replica.publish;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PublishTicketsTest {
  private final PublishTickets tickets = new PublishTickets();

  @Test
  void aVersionCoversTheTicketsThatWereDrawnBeforeItWasStaged() {
    long before = tickets.draw(10);
    tickets.staged(1, tickets.newest(), 20, false);
    long after = tickets.draw(30);
    tickets.staged(2, tickets.newest(), 40, false);

    tickets.anchored(1);
    assertThat(tickets.isCovered(before)).isTrue();
    assertThat(tickets.isCovered(after)).isFalse();
    tickets.anchored(2);
    assertThat(tickets.isCovered(after)).isTrue();
  }

  @Test
  void isAskedSinceTheFirstThatNoVersionCovers() {
    assertThat(tickets.isAsked()).isFalse();
    tickets.draw(10);
    tickets.draw(20);
    assertThat(tickets.isAsked()).isTrue();
    assertThat(tickets.askedSinceNanos()).isEqualTo(10);
    tickets.staged(1, tickets.newest(), 30, false);
    assertThat(tickets.isAsked()).isFalse();
    tickets.draw(40);
    assertThat(tickets.askedSinceNanos()).isEqualTo(40);
  }

  @Test
  void theOldestCommitThatIsNotAnchoredCountsWhereverItIs() {
    assertThat(tickets.sinceNanos()).isZero();
    tickets.noted(11);
    tickets.noted(99);
    assertThat(tickets.sinceNanos()).as("loose").isEqualTo(11);
    tickets.staged(1, 0, 21, true);
    assertThat(tickets.sinceNanos()).as("on its way").isEqualTo(11);
    tickets.anchored(1);
    assertThat(tickets.sinceNanos()).as("what came while it was staged").isEqualTo(21);
    tickets.staged(2, 0, 31, false);
    tickets.anchored(2);
    assertThat(tickets.sinceNanos()).as("nothing").isZero();
  }

  @Test
  void aFailureMeetsThoseWhoWaitNotThoseWhoComeLater() {
    long before = tickets.draw(10);
    tickets.fail();
    long after = tickets.draw(20);
    assertThat(tickets.hasFailed(before)).isTrue();
    assertThat(tickets.hasFailed(after)).isFalse();
  }
}

package io.inft.replica;

import io.inft.failure.InftException;
import io.inft.replica.partial.PartialConnection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.sqlite.SQLiteConnection;

/** What sessions have in common on a database whose pages may not all be here. */
abstract class PagedSession implements Session {
  final PartialConnection pages;

  PagedSession(PartialConnection pages) {
    this.pages = pages;
  }

  @Override
  public final <C extends SQLiteConnection> C connect(Connector<C> connector)
      throws InftException, SQLException {
    return pages.connect(fileName(), connector::open);
  }

  @Override
  public final boolean isPartial() {
    return pages.isPartial();
  }

  @Override
  public final void enter() {
    pages.enter();
  }

  @Override
  public final void waitAtMost(Duration limit) {
    pages.waitAtMost(limit);
  }

  @Override
  public final Optional<InftException> takeFailure() {
    return pages.takeFailure();
  }
}

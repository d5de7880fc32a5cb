package team;

import io.inft.failure.InftException;
import io.inft.failure.SettingException;
import io.inft.jdbc.network.NetworkRequest;
import io.inft.jdbc.network.RegistryProvider;
import io.inft.registry.Registry;
import io.inft.registry.ledger.LedgerRegistry;
import java.time.Clock;

/**
 * The registry {@code team}: which version is the head stands in a table of a database that the
 * team has anyway, whose JDBC URL stands behind the colon: {@code
 * registry=team:jdbc:sqlite:/mnt/team/heads.db}. Where the objects are is another matter.
 *
 * <p>Whoever runs that database can hide the newest version, but not make one up.
 */
public final class TeamRegistry implements RegistryProvider {
  @Override
  public String name() {
    return "team";
  }

  @Override
  public Registry registry(String reference, NetworkRequest request) throws InftException {
    if (reference.isEmpty()) {
      throw new SettingException("registry", "give the JDBC URL of the ledger: team:jdbc:...");
    }
    Tables tables = new Tables(reference);
    tables.createForLedger();
    return LedgerRegistry.open(new TableLedger(tables), signer(request), Clock.systemUTC());
  }
}

package team;

import io.inft.failure.InftException;
import io.inft.failure.SettingException;
import io.inft.jdbc.network.NetworkRequest;
import io.inft.jdbc.network.StoreProvider;
import io.inft.store.Store;

/**
 * The store {@code team}: objects lie in two tables of a database that the team has anyway, whose
 * JDBC URL stands behind the colon: {@code store=team:jdbc:sqlite:/mnt/team/objects.db}. Who names
 * the heads is another matter.
 *
 * <p>Found by name, because {@code META-INF/services} lists it. What lies in the tables is sealed
 * and signed; whoever runs that database can lose it, but not read or change it.
 */
public final class TeamStore implements StoreProvider {
  @Override
  public String name() {
    return "team";
  }

  @Override
  public Store store(String reference, NetworkRequest request) throws InftException {
    if (reference.isEmpty()) {
      throw new SettingException("store", "give the JDBC URL of the objects: team:jdbc:...");
    }
    Tables tables = new Tables(reference);
    tables.createForObjects();
    return new TableStore(tables);
  }
}

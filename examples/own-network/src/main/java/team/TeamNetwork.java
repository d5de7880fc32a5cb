package team;

import io.inft.bytes.Digest;
import io.inft.failure.InftException;
import io.inft.failure.SettingException;
import io.inft.jdbc.config.InftProperty;
import io.inft.jdbc.network.NetworkProvider;
import io.inft.jdbc.network.NetworkRequest;
import io.inft.registry.ledger.LedgerRegistry;
import io.inft.replica.local.Network;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;

/**
 * The network {@code team}: objects and ledger lie in three tables of a database that the team has
 * anyway. {@code rpc} is its JDBC URL: {@code
 * jdbc:inft:notes?network=team&rpc=jdbc:sqlite:/mnt/team/network.db}.
 *
 * <p>Found by name, because {@code META-INF/services} lists it. What lies in the tables is sealed
 * and signed; whoever runs that database can lose it or hide it, but not read or change it.
 */
public final class TeamNetwork implements NetworkProvider {
  @Override
  public String name() {
    return "team";
  }

  @Override
  public Network open(NetworkRequest request) throws InftException {
    String url =
        request
            .text(InftProperty.RPC)
            .orElseThrow(
                () -> new SettingException("rpc", "give the JDBC URL of the team's database"));
    Tables tables = new Tables(url);
    tables.create();
    return new Network(
        // Two databases of two teams are two networks, also in one home.
        name() + "-" + Digest.sha256(url.getBytes(StandardCharsets.UTF_8)).hex().substring(0, 12),
        new TableStore(tables),
        LedgerRegistry.open(new TableLedger(tables), request.signingKey(), Clock.systemUTC()),
        request.signingKey(),
        Duration.ofSeconds(5),
        false);
  }
}

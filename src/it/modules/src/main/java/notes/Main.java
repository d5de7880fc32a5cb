package notes;

import io.inft.bytes.SigningKey;
import io.inft.jdbc.InftConnection;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Writes a row and says how many there are, and in which modules that went on. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) throws SQLException, ReflectiveOperationException {
    try (Connection connection = DriverManager.getConnection(arguments[0]);
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE IF NOT EXISTS note(text)");
      statement.execute("INSERT INTO note VALUES ('water the plants')");
      statement.execute("SELECT inft_sync(60000)");
      try (ResultSet row = statement.executeQuery("SELECT count(*), inft_version() FROM note")) {
        System.out.println("rows " + row.getInt(1) + ", version " + row.getInt(2));
      }
      System.out.println(connection.unwrap(InftConnection.class).getClass().getModule().getName());
    }
    // What signs is of the driver's module too, and can be loaded there.
    Class<?> signer = Class.forName("io.inft.evm.TransactionSigner");
    var made = signer.getDeclaredConstructor(SigningKey.class);
    made.setAccessible(true);
    made.newInstance(SigningKey.parse("46".repeat(32)));
    var module = InftConnection.class.getModule();
    System.out.println(Main.class.getModule().isNamed() && !module.getDescriptor().isAutomatic());
    var hidden = new java.util.TreeSet<>(module.getPackages());
    module.getDescriptor().exports().forEach(exported -> hidden.remove(exported.source()));
    hidden.removeIf(name -> name.startsWith("io.inft.internal.") || name.startsWith("contracts"));
    System.out.println("hidden " + hidden);
  }
}

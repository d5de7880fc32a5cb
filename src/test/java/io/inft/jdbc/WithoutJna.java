package io.inft.jdbc;

import io.inft.replica.Engines;
import io.inft.replica.World;
import io.inft.replica.partial.OpenMode;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Optional;

/**
 * Opens a database in a process in which JNA finds no library. Arguments: the folder of a world, an
 * id, a home that has a part of it, and one that has nothing. Says {@code full} with what the first
 * home's database has, and {@code lazy} with what is told to who asks for that.
 */
final class WithoutJna {
  private WithoutJna() {}

  public static void main(String[] arguments) throws Exception {
    World world = new World(Path.of(arguments[0]));
    String id = arguments[1];
    try (World.Desk desk =
        world.open(
            World.opening(world.settings(arguments[2], id), Optional.empty(), OpenMode.AUTO))) {
      System.out.println("full " + desk.ask("SELECT count(*) FROM note"));
      desk.run("INSERT INTO note VALUES (7001, 'without', 'jna')");
    } catch (SQLException e) {
      System.out.println("full " + e);
    }
    try (World.Desk desk =
        world.open(
            World.opening(world.settings(arguments[3], id), Optional.empty(), OpenMode.LAZY))) {
      System.out.println("lazy " + desk.ask("SELECT count(*) FROM note"));
    } catch (io.inft.failure.SettingException e) {
      System.out.println("lazy " + e.getMessage());
    }
    Engines.endIdle();
  }
}

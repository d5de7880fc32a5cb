package io.inft.replica;

import io.inft.registry.Registry;
import io.inft.seal.SlotRequest;
import io.inft.store.Store;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A process that is made to be killed while it rotates keys and writes. Arguments: folder, machine,
 * number of the secret that opens, where to die. It says how many rows and which secret are
 * acknowledged.
 *
 * <p>Where to die: {@code never} (somebody else kills it), a step of {@link Rotation}, or {@code
 * put:n:before}, {@code put:n:after}, {@code anchor:before}, {@code anchor:after}, counted within
 * the first rotation; with {@code replace} or {@code epoch} before it and a blank between.
 */
final class RotationVictim {
  private RotationVictim() {}

  private static final AtomicBoolean ROTATING = new AtomicBoolean();
  private static final AtomicInteger PUTS = new AtomicInteger();

  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[0]);
    int secret = Integer.parseInt(args[2]);
    String change = args[3];
    String where = args[4];
    Network real = new World(folder).network();
    Network network =
        new Network(
            real.name(),
            mortal(Store.class, real.store(), where),
            mortal(Registry.class, real.registry(), where),
            real.signer(),
            real.syncInterval(),
            real.development());
    EngineSettings settings =
        World.withSecret(
            new World(folder).settings(args[1], "rotated"), Optional.of(RotationTest.key(secret)));
    World.Desk desk = new World.Desk(Engines.open(settings, network));
    World.Desk writer = new World.Desk(Engines.open(settings, network));
    desk.run("CREATE TABLE IF NOT EXISTS t(n INTEGER)");
    desk.session.sync(RotationTest.PATIENCE);
    Thread writing = new Thread(() -> write(writer));
    writing.setDaemon(true);
    writing.start();
    while (true) {
      SlotRequest slot = RotationTest.slot(RotationTest.key(++secret));
      boolean epoch = change.equals("epoch") || (change.equals("both") && secret % 2 == 0);
      KeyChange next =
          epoch ? new KeyChange.NewEpoch(List.of(slot), true) : new KeyChange.Replace(slot);
      ROTATING.set(true);
      ((LiveSession) desk.session)
          .rotate(
              next,
              RotationTest.PATIENCE,
              step -> {
                if (step.name().equals(where)) {
                  Runtime.getRuntime().halt(9);
                }
              });
      System.out.println("secret " + secret);
    }
  }

  private static void write(World.Desk desk) {
    try {
      long next = Long.parseLong(desk.ask("SELECT coalesce(max(n), 0) + 1 FROM t"));
      while (true) {
        desk.run("INSERT INTO t VALUES (" + next + ")");
        System.out.println("row " + next);
        next++;
        Thread.sleep(1);
      }
    } catch (Exception e) {
      System.out.println("failed " + e);
    }
  }

  /** The same, but for the moment at which it dies. */
  private static <T> T mortal(Class<T> door, T real, String where) {
    return door.cast(
        Proxy.newProxyInstance(
            door.getClassLoader(),
            new Class<?>[] {door},
            (proxy, method, arguments) -> {
              String moment =
                  !ROTATING.get()
                      ? ""
                      : method.getName().equals("put")
                          ? "put:" + PUTS.incrementAndGet()
                          : method.getName().equals("rotateAndAnchor") ? "anchor" : "";
              dieIf(where.equals(moment + ":before"));
              try {
                Object answer = method.invoke(real, arguments);
                dieIf(where.equals(moment + ":after"));
                return answer;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }

  private static void dieIf(boolean now) {
    if (now) {
      Runtime.getRuntime().halt(9);
    }
  }
}

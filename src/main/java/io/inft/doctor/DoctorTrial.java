package io.inft.doctor;

import io.inft.bytes.ByteSource;
import io.inft.bytes.Scratch;
import io.inft.bytes.TransferListener;
import io.inft.failure.DatabaseCorruptException;
import io.inft.failure.InftException;
import io.inft.failure.LocalStorageException;
import io.inft.failure.SubstitutedObjectException;
import io.inft.failure.TokenAmount;
import io.inft.jdbc.ConnectionOpening;
import io.inft.jdbc.Target;
import io.inft.jdbc.config.InftProperty;
import io.inft.jdbc.config.Surroundings;
import io.inft.jdbc.network.NetworkRequest;
import io.inft.replica.Databases;
import io.inft.replica.Session;
import io.inft.replica.local.Network;
import io.inft.sqlite.IntegrityCheck;
import io.inft.sqlite.IntegrityReport;
import io.inft.sqlite.StepLimit;
import io.inft.store.merkle.ObjectRef;
import io.inft.store.zerog.ZeroGStore;
import io.inft.vectors.VectorFunctions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Predicate;
import org.sqlite.JDBC;

/** What the doctor tries out when told to: write and read back, restore. */
final class DoctorTrial {
  private static final int OBJECT_BYTES = 600;

  private final DoctorNotes notes;
  private final Clock clock;
  private final Predicate<String> consent;

  /**
   * @param consent asked before anything is paid for, with what it is and what it costs
   */
  DoctorTrial(DoctorNotes notes, Clock clock, Predicate<String> consent) {
    this.notes = notes;
    this.clock = clock;
    this.consent = consent;
  }

  /** Stores random bytes and reads them back. They belong to nobody and stay until they expire. */
  void write(Network network) {
    byte[] bytes = new byte[OBJECT_BYTES];
    new SecureRandom().nextBytes(bytes);
    if (network.store() instanceof ZeroGStore paid) {
      Optional<ZeroGStore.Price> price =
          notes.look(
              "write",
              "look at the steps 'balance' and 'storage'",
              () -> paid.price(ByteSource.of(bytes)));
      if (price.isEmpty()) {
        return;
      }
      String cost = words(price.get());
      if (!consent.test("store " + OBJECT_BYTES + " random bytes for " + cost)) {
        notes.fail("write", "nothing was written; it would have cost " + cost, "agree to it");
        return;
      }
    }
    long began = clock.millis();
    Optional<ObjectRef> stored =
        notes.look(
            "write",
            "look at the steps 'balance' and 'storage'",
            () -> {
              ObjectRef ref = network.store().put(ByteSource.of(bytes), TransferListener.NONE);
              byte[] back = network.store().open(ref).readAll(OBJECT_BYTES);
              if (!Arrays.equals(back, bytes)) {
                throw new SubstitutedObjectException(
                    "object " + ref, "the bytes that were stored", "other bytes");
              }
              return ref;
            });
    stored.ifPresent(
        ref ->
            notes.ok(
                "write",
                OBJECT_BYTES
                    + " bytes were stored as "
                    + ref.root()
                    + ", read back and equal, in "
                    + (clock.millis() - began)
                    + " ms"));
  }

  private static String words(ZeroGStore.Price price) {
    return TokenAmount.text(price.feeWei())
        + " and "
        + price.gas()
        + " gas, together at most "
        + TokenAmount.text(price.maxWei())
        + "; the account has "
        + TokenAmount.text(price.balanceWei());
  }

  /** Restores the newest version into a home of its own, as a new machine would. */
  void restore(String id, Target target, Properties given, Surroundings surroundings) {
    long began = clock.millis();
    List<String> advice = new ArrayList<>();
    Optional<String> restored =
        notes.look(
            "restore",
            "look at the steps 'content' and 'key'",
            () -> {
              try (Scratch scratch = Scratch.inHome(target.settings().home(), "doctor")) {
                return restored(id, scratch.folder(), given, surroundings, advice);
              }
            });
    restored.ifPresent(
        what -> {
          String all = what + ", in " + (clock.millis() - began) + " ms";
          if (advice.isEmpty()) {
            notes.ok("restore", all);
          } else {
            notes.warn("restore", all, String.join("; ", advice));
          }
        });
  }

  private static long tables(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("SELECT count(*) FROM sqlite_schema WHERE type = 'table'")) {
      rows.next();
      return rows.getLong(1);
    }
  }

  private static String restored(
      String id, Path home, Properties given, Surroundings surroundings, List<String> advice)
      throws InftException, SQLException {
    Properties elsewhere = new Properties();
    elsewhere.putAll(given);
    NetworkRequest here = ConnectionOpening.request(given, surroundings);
    elsewhere.setProperty(InftProperty.HOME.propertyName(), home.toString());
    elsewhere.setProperty(InftProperty.EMBEDDED_DIR.propertyName(), here.embeddedDir().toString());
    elsewhere.setProperty(InftProperty.MODE.propertyName(), "ro");
    Target there = Target.withSecretAtHand(id, elsewhere, surroundings);
    Path file = home.resolve("restored.sqlite");
    Session.Published version = Databases.pull(there.settings(), there.network(), file, false);
    try (Connection connection = new JDBC().connect("jdbc:sqlite:" + file, new Properties());
        StepLimit limit = StepLimit.on(connection)) {
      VectorFunctions.register(connection, VectorFunctions.Failures.UNTOLD);
      IntegrityReport report = IntegrityCheck.of(connection, limit);
      if (!report.isPublishable()) {
        throw new DatabaseCorruptException(file.toString(), report.damage());
      }
      if (!report.warnings().isEmpty()) {
        advice.add(report.advice());
      }
      long bytes = Files.size(file);
      limit.begin(bytes);
      long counted = tables(connection);
      return "version "
          + version.version()
          + ": "
          + counted
          + (counted == 1 ? " table, " : " tables, ")
          + bytes
          + " bytes";
    } catch (IOException e) {
      throw new LocalStorageException(file, "look at", e);
    }
  }
}

package io.inft.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.inft.bytes.Digest;
import io.inft.custody.CustodyReport;
import io.inft.custody.Progress;
import io.inft.custody.Verification;
import io.inft.failure.InftException;
import io.inft.jdbc.InftConnection;
import io.inft.jdbc.Target;
import io.inft.registry.Anchored;
import io.inft.seal.KeyDerivation;
import io.inft.seal.Secret;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;

/**
 * The client of the guide "0G Storage Integration for iNFT Memory Persistence", working. It takes
 * the same properties and environment as a connection (with the guide's four variables alone it
 * works), and does the same as SQL on a connection does: it is there for programs that were written
 * for the guide's client.
 *
 * <pre>
 * guide  client = ZeroGStorageClient(rpc_url=…, storage_contract_address=…, private_key=…)
 * here   InftStorage storage = InftStorage.fromEnvironment();
 * </pre>
 *
 * <p>Where the guide's client publishes only when told, a connection publishes by itself. So unless
 * the property {@code syncInterval} is given, this client uses four minutes. If the program opens
 * the same database by JDBC as well, give both the same.
 *
 * <p>Everything that can go wrong is an {@link SQLException} with the SQLSTATE of {@code
 * sqlstates.md}. Safe for many threads; calls about one database wait for one another. Each method
 * has a variant that returns a {@link CompletableFuture}. Close it: what was appended and not
 * published is published then.
 */
public final class InftStorage implements AutoCloseable {
  /** The guide's batch size. */
  public static final int BATCH_SIZE = 100;

  /** How many databases of a batch are worked on at a time. */
  public static final int PARALLELISM = 8;

  private static final String OWN_SYNC_INTERVAL = "4m";

  private final Properties properties;
  private final Desks desks;
  private final Background background = new Background();

  private InftStorage(Properties properties) {
    this.properties = properties;
    this.desks = new Desks(properties);
  }

  /** With these connection properties; system properties and environment are looked at too. */
  public static InftStorage of(Properties given) {
    Properties own = copy(given);
    if (own.getProperty("syncInterval") == null
        && System.getProperty("inft.syncInterval") == null) {
      own.setProperty("syncInterval", OWN_SYNC_INTERVAL);
    }
    return new InftStorage(own);
  }

  /** With what the environment says: {@code ZERO_G_RPC}, {@code INFT_ENCRYPTION_PASSWORD} … */
  public static InftStorage fromEnvironment() {
    return of(new Properties());
  }

  // Sync and load.

  /**
   * Publishes what the working copy of this machine has, and waits until it is anchored.
   *
   * <pre>
   * Python      metadata = await sync_to_0g_storage(inft_id=inft_id)
   * TypeScript  const metadata = await syncTo0gStorage(inftId);
   * here        StorageMetadata metadata = storage.syncTo0gStorage(inftId);
   * </pre>
   *
   * @return the version that holds everything that is committed
   * @throws SQLException 3D000 if there is no such database, 40001 if another writer was first
   */
  public StorageMetadata syncTo0gStorage(String id) throws SQLException {
    Target target = target(id, true);
    if (!target.hasWorkingCopy()) {
      return StorageMetadata.of(id, target.newest());
    }
    desks.run(id, connection -> connection.sync(syncTimeout(target)));
    return StorageMetadata.of(id, target.newest());
  }

  private static Duration syncTimeout(Target target) {
    return target.settings().session().anchorTimeout();
  }

  /**
   * Publishes a SQLite file as the next version. The file is read in one transaction, checked first
   * and never changed; somebody else may be using it.
   *
   * <pre>
   * Python      metadata = await client.sync_to_0g_storage(inft_id, db_path="/data/my_db.db")
   * TypeScript  const metadata = await client.syncTo0gStorage('inft_12345', '/data/my_db.db');
   * here        StorageMetadata metadata = storage.syncTo0gStorage("inft_12345", Path.of("/data/my_db.db"));
   * </pre>
   *
   * There is no {@code encrypt=False}: everything is encrypted.
   *
   * @throws SQLException XX001 if the file is corrupt or no database (nothing is sent), HY024 while
   *     other connections to the database are open in this JVM
   */
  public StorageMetadata syncTo0gStorage(String id, Path file) throws SQLException {
    return desks.without(id, () -> StorageMetadata.of(id, target(id, true).push(file)));
  }

  /**
   * Restores the newest version to {@code <dir>/inft_<id>.db}. It is verified page by page, always;
   * the file appears whole or not at all, so a failure leaves an older file as it was.
   *
   * <pre>
   * Python      restored_path = await load_from_0g_storage(inft_id=inft_id, output_dir="/tmp")
   * TypeScript  const restoredPath = await loadFrom0gStorage(inftId, '/tmp');
   * here        Path restored = storage.loadFrom0gStorage(inftId, Path.of("/tmp"));
   * </pre>
   *
   * Characters of the id that could mean something to a file system are replaced, and a few digits
   * tell such names apart.
   *
   * @param dir made if it is missing
   * @return the file, which only its owner may read
   * @throws SQLException 58030 if {@code dir} is a file
   */
  public Path loadFrom0gStorage(String id, Path dir) throws SQLException {
    Target target = readOnlyTarget(id);
    Path file = LoadedFile.in(dir, target.settings().id());
    target.pull(file, true);
    return file;
  }

  // Events.

  /** {@link #appendEventLog(String, String, boolean, int)} with the guide's batches of 100. */
  public Optional<String> appendEventLog(String id, String event) throws SQLException {
    return appendEventLog(id, event, true, BATCH_SIZE);
  }

  /** {@link #appendEventLog(String, String, boolean, int)} for an event that is a map. */
  public Optional<String> appendEventLog(
      String id, Map<String, ?> event, boolean autoBatch, int batchSize) throws SQLException {
    try {
      return appendEventLog(id, EventJson.MAPPER.writeValueAsString(event), autoBatch, batchSize);
    } catch (JsonProcessingException e) {
      throw refused("the event cannot be written as JSON: " + e.getOriginalMessage());
    }
  }

  /**
   * Appends an event to the table {@code inft_events}: it is durable on this machine at once, and
   * when {@code batchSize} events are pending, they are published together, encrypted and chained.
   *
   * <pre>
   * Python      storage_hash = await client.append_event_log(inft_id, event, auto_batch=True, batch_size=100)
   * TypeScript  const storageHash = await client.appendEventLog('inft_12345', event, true, 100);
   * here        Optional&lt;String&gt; root = storage.appendEventLog("inft_12345", event, true, 100);
   * </pre>
   *
   * The event's type is what its field {@code type} or {@code action} says, else {@code event}.
   *
   * @param event one JSON value
   * @param batchSize at least 1
   * @return the root of the version that holds the batch if this call published one, else empty
   * @throws SQLException 22023 if the event is not JSON or {@code batchSize} is below 1
   */
  public Optional<String> appendEventLog(String id, String event, boolean autoBatch, int batchSize)
      throws SQLException {
    if (batchSize < 1) {
      throw refused("batchSize must be at least 1, not " + batchSize);
    }
    EventJson checked = EventJson.parse(event);
    return desks.run(
        id,
        connection ->
            connection
                .appendEvent(checked.type(), event, autoBatch, batchSize)
                .map(version -> version.root().toString()));
  }

  /**
   * The application's events of a time range, both ends included, oldest first: the published ones
   * from the verified log, and those that wait on this machine. Where the log is broken or cannot
   * be read a {@linkplain StoredEvent mark} stands among them.
   *
   * <pre>
   * Python      events = await query_events(inft_id, start_time, end_time)
   * here        List&lt;StoredEvent&gt; events = storage.queryEvents(inftId, start, end);
   * </pre>
   *
   * @throws SQLException 22023 if {@code to} lies before {@code from}
   */
  public List<StoredEvent> queryEvents(String id, Instant from, Instant to) throws SQLException {
    if (to.isBefore(from)) {
      throw refused("the range ends at " + to + ", before it begins at " + from);
    }
    Target target = target(id, true);
    EventQuery query = new EventQuery();
    query.addPublished(target);
    if (target.hasWorkingCopy()) {
      desks.sql(id, query::addWaiting);
    }
    return query.between(from, to);
  }

  // Custody.

  /**
   * Verifies the whole history of a database from registry and storage: every author's right, hash,
   * signature, object and event.
   *
   * @return a report with everything that is wrong; never only a yes or no
   */
  public CustodyReport validateChainOfCustody(String id) throws SQLException {
    Target target = desks.current(id, Target.withSecretAtHand(id, properties));
    return target.verify(Verification.Depth.FULL, 1, Long.MAX_VALUE, Progress.NONE);
  }

  /**
   * Verifies the whole history of a database, and looks up where each of these storage hashes
   * stands in it. A list of hashes proves nothing by itself; the history is what is verified.
   *
   * <pre>
   * Python      is_valid = client.validate_chain_of_custody(inft_id="inft_12345", storage_hashes=hashes)
   * here        boolean valid = storage.validateChainOfCustody("inft_12345", hashes).isUnbroken();
   * </pre>
   *
   * @param hashes commit roots or checksums, 64 hex digits with or without 0x; not empty
   */
  public CustodyOfRoots validateChainOfCustody(String id, List<String> hashes) throws SQLException {
    if (hashes.isEmpty()) {
      throw refused("no storage hashes were given; the history alone is verified without a list");
    }
    List<Digest> wanted = new ArrayList<>();
    for (String hash : hashes) {
      try {
        wanted.add(Digest.parse(hash));
      } catch (IllegalArgumentException e) {
        throw refused("'" + hash + "' is no storage hash: 64 hex digits are expected");
      }
    }
    CustodyReport report = validateChainOfCustody(id);
    List<Anchored> history = desks.current(id, target(id, false)).history();
    List<RootStanding> standing = new ArrayList<>();
    for (int i = 0; i < wanted.size(); i++) {
      Digest digest = wanted.get(i);
      standing.add(
          new RootStanding(
              hashes.get(i),
              history.stream()
                  .filter(
                      version ->
                          version.anchor().root().equals(digest)
                              || version.anchor().checksum().equals(digest))
                  .findFirst()
                  .map(version -> StorageMetadata.of(id, version))));
    }
    return new CustodyOfRoots(report, standing);
  }

  // Keys.

  /**
   * Begins a new key epoch of a database: what is written from now on opens with this secret only.
   * This client goes on with it; new clients and connections must be given it.
   *
   * <pre>
   * Python      client.rotate_encryption_key(new_key)   # and download and upload each database
   * TypeScript  client.rotateEncryptionKey(newKey);
   * here        storage.rotateEncryptionKey(inftId, newKey);
   * </pre>
   *
   * @throws SQLException 42501 if the account may not change keys, 28000 if a password is too weak;
   *     see {@link InftConnection#rotateKey(io.inft.replica.publish.KeyChange)}
   */
  public StorageMetadata rotateEncryptionKey(String id, Secret secret) throws SQLException {
    Target target = target(id, true);
    target.requirePublished();
    desks.run(id, connection -> connection.rotateKey(secret));
    desks.remember(id, secret);
    return StorageMetadata.of(id, target.newest());
  }

  /**
   * A raw key from a password and a salt, by Argon2id. A database needs no such thing: give it the
   * password, and salt and cost travel with every version. It is for keys that other programs
   * derive in the same way.
   *
   * <pre>
   * Python      key = generate_encryption_key(password, salt)
   * TypeScript  const key = generateEncryptionKey(password, salt);
   * here        Secret key = InftStorage.generateEncryptionKey(password, salt);
   * </pre>
   *
   * @param salt at least 16 random bytes; who loses them has lost the key
   * @throws SQLException 28000 if the password is too weak, 22023 if the salt is too short
   */
  public static Secret generateEncryptionKey(char[] password, byte[] salt) throws SQLException {
    if (password.length == 0 || salt.length < 16) {
      throw refused("a password of at least one character and a salt of 16 bytes are needed");
    }
    try {
      return Secret.derivedKey(password, salt, KeyDerivation.DEFAULT);
    } catch (InftException e) {
      throw Target.exception(e);
    }
  }

  /** A fresh random key, which is better than one from a password; keep it safe. */
  public static Secret generateEncryptionKey() {
    return Secret.randomKey(new SecureRandom());
  }

  // Many at once.

  /** {@link #batchSync(List, int, BatchProgress)} with eight at a time. */
  public List<BatchResult> batchSync(List<String> ids) throws SQLException {
    return batchSync(ids, PARALLELISM, BatchProgress.NONE);
  }

  /**
   * Publishes the working copies of many databases, several at a time, with all heads moved in one
   * transaction. What one fails at does not stop the others.
   *
   * <pre>
   * Python      results = await batch_sync(inft_ids)
   * here        List&lt;BatchResult&gt; results = storage.batchSync(inftIds);
   * </pre>
   *
   * @param ids each is synced once, however often it is listed; none give no results
   * @param parallelism at least 1
   * @return a result for each id, in the order in which they came first
   * @throws SQLException 22023 if {@code parallelism} is below 1
   */
  public List<BatchResult> batchSync(List<String> ids, int parallelism, BatchProgress progress)
      throws SQLException {
    if (parallelism < 1) {
      throw refused("parallelism must be at least 1, not " + parallelism);
    }
    return new BatchRun(ids, parallelism, progress, id -> target(id, true)).run();
  }

  // The same in the background.

  /** {@link #syncTo0gStorage(String)} in the background. */
  public CompletableFuture<StorageMetadata> syncTo0gStorageAsync(String id) {
    return background.run(() -> syncTo0gStorage(id));
  }

  /** {@link #syncTo0gStorage(String, Path)} in the background. */
  public CompletableFuture<StorageMetadata> syncTo0gStorageAsync(String id, Path file) {
    return background.run(() -> syncTo0gStorage(id, file));
  }

  /** {@link #loadFrom0gStorage} in the background. */
  public CompletableFuture<Path> loadFrom0gStorageAsync(String id, Path dir) {
    return background.run(() -> loadFrom0gStorage(id, dir));
  }

  /** {@link #appendEventLog(String, String, boolean, int)} in the background. */
  public CompletableFuture<Optional<String>> appendEventLogAsync(
      String id, String event, boolean autoBatch, int batchSize) {
    return background.run(() -> appendEventLog(id, event, autoBatch, batchSize));
  }

  /** {@link #queryEvents} in the background. */
  public CompletableFuture<List<StoredEvent>> queryEventsAsync(
      String id, Instant from, Instant to) {
    return background.run(() -> queryEvents(id, from, to));
  }

  /** {@link #validateChainOfCustody(String)} in the background. */
  public CompletableFuture<CustodyReport> validateChainOfCustodyAsync(String id) {
    return background.run(() -> validateChainOfCustody(id));
  }

  /** {@link #rotateEncryptionKey} in the background. */
  public CompletableFuture<StorageMetadata> rotateEncryptionKeyAsync(String id, Secret secret) {
    return background.run(() -> rotateEncryptionKey(id, secret));
  }

  /** {@link #batchSync(List, int, BatchProgress)} in the background. */
  public CompletableFuture<List<BatchResult>> batchSyncAsync(
      List<String> ids, int parallelism, BatchProgress progress) {
    return background.run(() -> batchSync(ids, parallelism, progress));
  }

  /**
   * Publishes what is pending and lets go of everything. Closing twice is harmless.
   *
   * @throws SQLException 08007 if something could not be anchored in time; it stays on this machine
   */
  @Override
  public void close() throws SQLException {
    background.close();
    desks.close();
  }

  private Target target(String id, boolean secretNeeded) throws SQLException {
    return desks.current(id, Target.of(id, properties, secretNeeded));
  }

  private Target readOnlyTarget(String id) throws SQLException {
    Properties reading = copy(properties);
    reading.setProperty("mode", "ro");
    return desks.current(id, Target.of(id, reading, true));
  }

  /** With its defaults, and with values that are no strings. */
  private static Properties copy(Properties given) {
    Properties own = new Properties();
    given.stringPropertyNames().forEach(name -> own.setProperty(name, given.getProperty(name)));
    own.putAll(given);
    return own;
  }

  static SQLException refused(String reason) {
    return Target.refused(reason);
  }
}

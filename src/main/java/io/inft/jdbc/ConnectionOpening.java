package io.inft.jdbc;

import io.inft.bytes.DatabaseContext;
import io.inft.bytes.SigningKey;
import io.inft.failure.ForeignFileException;
import io.inft.failure.InftException;
import io.inft.failure.MissingSecretException;
import io.inft.failure.NotRegisteredException;
import io.inft.failure.SettingException;
import io.inft.jdbc.config.GivenSecrets;
import io.inft.jdbc.config.InftProperty;
import io.inft.jdbc.config.InftUrl;
import io.inft.jdbc.config.Logging;
import io.inft.jdbc.config.Settings;
import io.inft.jdbc.config.SqlitePragma;
import io.inft.jdbc.config.Surroundings;
import io.inft.jdbc.config.UserHome;
import io.inft.jdbc.errors.SqlExceptions;
import io.inft.jdbc.network.DevelopmentKeys;
import io.inft.jdbc.network.NetworkRequest;
import io.inft.jdbc.network.Networks;
import io.inft.jdbc.network.PlainHttp;
import io.inft.registry.DatabaseId;
import io.inft.replica.Databases;
import io.inft.replica.EngineSettings;
import io.inft.replica.Engines;
import io.inft.replica.Importing;
import io.inft.replica.Session;
import io.inft.replica.local.Network;
import io.inft.replica.partial.OpenMode;
import io.inft.replica.partial.PagesWanted;
import io.inft.replica.publish.policy.Budget;
import io.inft.replica.publish.policy.Cadence;
import io.inft.replica.publish.policy.Inlining;
import io.inft.replica.restore.ObjectPolicy;
import io.inft.seal.KeyDerivation;
import io.inft.seal.Padding;
import io.inft.seal.Secret;
import io.inft.subjects.SubjectFunctions;
import io.inft.subjects.SubjectKeys;
import io.inft.vectors.VectorExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.sqlite.SQLiteConnection;

/** From a URL and properties to an open connection: the one place that puts the parts together. */
public final class ConnectionOpening {
  private static final Duration FOLLOW = Duration.ofSeconds(30);

  private final InftUrl url;
  private final Settings settings;
  private final List<String> warnings = new ArrayList<>();
  private List<String> unprotected = List.of();
  private Optional<SigningKey> signing = Optional.empty();

  /** Takes the place of whatever secret the settings give. */
  private final Optional<Secret> instead;

  private ConnectionOpening(InftUrl url, Settings settings) {
    this(url, settings, Optional.empty());
  }

  private ConnectionOpening(InftUrl url, Settings settings, Optional<Secret> instead) {
    this.url = url;
    this.settings = settings;
    this.instead = instead;
  }

  /** Opens a connection with a secret that is known already. */
  static SQLiteConnection open(
      InftUrl url, Properties properties, Surroundings surroundings, Optional<Secret> instead)
      throws InftException, java.sql.SQLException {
    Settings settings = Settings.resolve(url.parameters(), properties, surroundings);
    return Uninterrupted.again(() -> new ConnectionOpening(url, settings, instead).open());
  }

  static SQLiteConnection open(InftUrl url, Properties properties, Surroundings surroundings)
      throws InftException, java.sql.SQLException {
    Settings settings = Settings.resolve(url.parameters(), properties, surroundings);
    return Uninterrupted.again(() -> new ConnectionOpening(url, settings).open());
  }

  /** What a connection would open, for work without one. */
  public static Target target(
      InftUrl url, Properties properties, Surroundings surroundings, boolean secretNeeded)
      throws InftException {
    Settings settings = Settings.resolve(url.parameters(), properties, surroundings);
    ConnectionOpening opening = new ConnectionOpening(url, settings);
    Target target = opening.target(secretNeeded ? opening::secretFor : SecretChoice.AS_GIVEN);
    opening.warnings.forEach(Logging.LOG::warn);
    return target;
  }

  /** Resolves a target with a secret if there is one, and without if there is none. */
  static Target targetWithSecretAtHand(
      InftUrl url, Properties properties, Surroundings surroundings) throws InftException {
    Settings settings = Settings.resolve(url.parameters(), properties, surroundings);
    ConnectionOpening opening = new ConnectionOpening(url, settings);
    Target target = opening.target(opening::secretAtHand);
    opening.warnings.forEach(Logging.LOG::warn);
    return target;
  }

  /** What is asked of a network by work that has no id. */
  public static NetworkRequest request(Properties properties, Surroundings surroundings)
      throws InftException {
    InftUrl url = InftUrl.parse("jdbc:inft:any").orElseThrow();
    Settings settings = Settings.resolve(url.parameters(), properties, surroundings);
    ConnectionOpening opening = new ConnectionOpening(url, settings);
    Optional<SigningKey> signingKey = GivenSecrets.signing(settings, opening.warnings::add);
    opening.warnings.forEach(Logging.LOG::warn);
    return opening.request(signingKey, opening.home());
  }

  /** The key of an account that properties give, to open with or else to sign with. */
  static SigningKey wallet(Properties properties, Surroundings surroundings) throws InftException {
    InftUrl url = InftUrl.parse("jdbc:inft:any").orElseThrow();
    Settings settings = Settings.resolve(url.parameters(), properties, surroundings);
    Optional<SigningKey> wallet = GivenSecrets.wallet(settings, Logging.LOG::warn);
    return (wallet.isPresent() ? wallet : GivenSecrets.signing(settings, Logging.LOG::warn))
        .orElseThrow(
            () ->
                new MissingSecretException(
                    "a wallet's slot", "set walletKeyFile, walletKey or privateKeyFile"));
  }

  private NetworkRequest request(Optional<SigningKey> signingKey, Path home)
      throws SettingException, ForeignFileException {
    requireFolder(home);
    requireFolder(embeddedDir(home));
    return new NetworkRequest(settings, home, embeddedDir(home), signingKey, writes());
  }

  /** A folder, or a place where one can be made. */
  private static void requireFolder(Path folder) throws ForeignFileException {
    Path place = folder;
    while (place != null && !Files.exists(place)) {
      place = place.getParent();
    }
    if (place != null && !Files.isDirectory(place)) {
      throw new ForeignFileException(place.toString(), "a folder is expected, this is a file");
    }
  }

  /** Which secret to go on with. */
  @FunctionalInterface
  private interface SecretChoice {
    SecretChoice AS_GIVEN = (network, home, given) -> given;

    Optional<Secret> of(Network network, Path home, Optional<Secret> given) throws InftException;
  }

  private Target target(SecretChoice choice) throws InftException {
    DatabaseId id = DatabaseId.parse(url.id());
    signing = GivenSecrets.signing(settings, warnings::add);
    Optional<Secret> secret =
        instead.isPresent() ? instead : GivenSecrets.opening(settings, warnings::add);
    Path home = home();
    NetworkRequest request = request(signing, home);
    unprotected = PlainHttp.warnings(request);
    PlainHttp.log(unprotected);
    Network network = Networks.of(request);
    if (settings.budget(InftProperty.BUDGET).isPresent()
        && network.signer().isPresent()
        && network.purse().isEmpty()) {
      warnings.add("budget has no effect: network=" + network.name() + " costs nothing");
    }
    if (writes() && network.signer().isEmpty()) {
      warnings.add(
          "no private key is set, so this connection only reads; set privateKey"
              + " (ZERO_G_PRIVATE_KEY) or privateKeyFile to write");
    }
    EngineSettings opening = engineSettings(id, home, network, choice.of(network, home, secret));
    boolean madeUnasked = settings.flag(InftProperty.CREATE).isEmpty() && opening.create();
    if (writes() && madeUnasked && !Databases.hasWorkingCopy(opening, network)) {
      NewId.requireMeant(id, network.registry());
    }
    return new Target(opening, network);
  }

  private SQLiteConnection open() throws InftException, java.sql.SQLException {
    Engines.prepare();
    Target target = target(this::secretFor);
    importOnce(target);
    Session session = Engines.open(target.settings(), target.network());
    boolean opened = false;
    try {
      CapturedConnection connection =
          CapturedConnection.open(
              url.text(), session, SqlitePragma.forSqlite(settings.pragmas(), session.readOnly()));
      connection.engine().belongsTo(target);
      addFunctions(connection, target);
      warnings.forEach(connection::warn);
      unprotected.forEach(connection::warn);
      warnings.forEach(Logging.LOG::warn);
      opened = true;
      return connection;
    } finally {
      if (!opened) {
        session.close();
      }
    }
  }

  /** What a connection has besides SQLite's own and the engine's. */
  private void addFunctions(CapturedConnection connection, Target target)
      throws InftException, java.sql.SQLException {
    SubjectFunctions.register(
        connection,
        subjectKeys(target),
        connection::isReadOnly,
        new SubjectFunctions.Failures() {
          @Override
          public void failed(InftException failure) {
            connection.watch().functionFailed(SqlExceptions.of(failure));
          }

          @Override
          public void refused(String reason) {
            connection.watch().functionFailed(SqlExceptions.refused(reason, "22000"));
          }
        });
    Optional<VectorExtension> extension = extension();
    if (extension.isPresent()) {
      try (java.sql.Statement statement = connection.internalStatement()) {
        extension
            .get()
            .load(
                connection,
                statement,
                Boolean.parseBoolean(settings.pragmas().get("enable_load_extension")));
      }
    }
  }

  private SubjectKeys subjectKeys(Target target) throws SettingException {
    Network network = target.network();
    DatabaseContext context =
        new DatabaseContext(
            network.registry().chainId(),
            network.registry().address(),
            target.settings().id().hash());
    Optional<Path> given = settings.path(InftProperty.SUBJECT_KEYS);
    Path folder = given.isPresent() ? given.get() : home().resolve("subjects");
    return new SubjectKeys(
        folder.resolve(context.digest().hex().substring(0, 40)),
        context.digest(),
        GivenSecrets.keyService(settings)
            .map(named -> new SubjectKeys.Service(named.wrapper(), named.key())));
  }

  private Optional<VectorExtension> extension() throws InftException {
    String name = InftProperty.EXTENSIONS.propertyName();
    String value = settings.text(InftProperty.EXTENSIONS).orElse("");
    if (value.isEmpty()) {
      return Optional.empty();
    }
    if (value.equals("vec")) {
      Optional<VectorExtension> found =
          VectorExtension.onClassPath(home().resolve("extensions"), name);
      if (found.isEmpty()) {
        warnings.add(
            "extensions=vec: the class path has no "
                + VectorExtension.resource()
                + "; the functions of sqlite-vec are those in plain Java, and there are no vec0"
                + " tables");
      }
      return found;
    }
    if (!value.startsWith("vec:")) {
      throw new SettingException(
          name, "'" + value + "' is not possible; expected vec or vec:/path/of/its/library");
    }
    if (settings.source(InftProperty.EXTENSIONS) == Settings.Source.URL) {
      throw new SettingException(
          name,
          "a library to load is not named in a URL, which others may write; give '"
              + value
              + "' as a connection property, or in INFT_EXTENSIONS");
    }
    return Optional.of(VectorExtension.at(Path.of(value.substring("vec:".length())), name));
  }

  /** What the database is to begin with is its first version before anybody gets a connection. */
  private void importOnce(Target target) throws InftException {
    Optional<Path> file = settings.path(InftProperty.IMPORT_FROM);
    if (file.isEmpty()) {
      return;
    }
    String name = InftProperty.IMPORT_FROM.propertyName();
    if (!writes()) {
      throw new SettingException(
          name, "it begins a database, and this connection is to read only (mode, at)");
    }
    if (settings.flag(InftProperty.CREATE).filter(create -> !create).isPresent()) {
      throw new SettingException(name, "it begins a database, and create=false forbids that");
    }
    Importing.once(target.settings(), target.network(), file.get(), warnings::add);
  }

  private boolean writes() {
    return settings.choice(InftProperty.MODE).orElse("rw").equals("rw")
        && settings.text(InftProperty.AT).isEmpty();
  }

  private Path home() throws SettingException {
    Optional<Path> given = settings.path(InftProperty.HOME);
    Path home = given.isPresent() ? given.get() : UserHome.folder().resolve(".inft");
    return home.toAbsolutePath().normalize();
  }

  private Path embeddedDir(Path home) throws SettingException {
    return settings
        .path(InftProperty.EMBEDDED_DIR)
        .orElseGet(() -> home.resolve("embedded"))
        .toAbsolutePath()
        .normalize();
  }

  private Optional<Secret> secretFor(Network network, Path home, Optional<Secret> given)
      throws InftException {
    if (given.isPresent()) {
      return given;
    }
    if (network.development()) {
      return DevelopmentKeys.dataKey(embeddedDir(home), writes(), warnings::add);
    }
    Optional<Secret> account = accountWithSlot(network, home);
    if (account.isPresent()) {
      return account;
    }
    throw new MissingSecretException(
        "'" + url.id() + "'",
        "set password (INFT_ENCRYPTION_PASSWORD), passwordFile, encryptionKey"
            + " (INFT_ENCRYPTION_KEY) or walletKey"
            + signing
                .map(key -> "; the signing key's account " + key.address() + " has no slot")
                .orElse(""));
  }

  /** The signing key as what opens, where its account has a slot: one key for all. */
  private Optional<Secret> accountWithSlot(Network network, Path home) throws InftException {
    if (signing.isEmpty()) {
      return Optional.empty();
    }
    SigningKey key = signing.get();
    EngineSettings asking =
        engineSettings(DatabaseId.parse(url.id()), home, network, Optional.empty());
    try {
      return Databases.keys(asking, network).hasWallet(key.address())
          ? Optional.of(Secret.wallet(key))
          : Optional.empty();
    } catch (NotRegisteredException nothingToOpenYet) {
      return Optional.empty();
    }
  }

  private Optional<Secret> secretAtHand(Network network, Path home, Optional<Secret> given)
      throws InftException {
    if (given.isPresent()) {
      return given;
    }
    if (network.development()) {
      return DevelopmentKeys.dataKey(embeddedDir(home), false, warnings::add);
    }
    try {
      return accountWithSlot(network, home);
    } catch (InftException e) {
      warnings.add("it could not be found out whether the signing key opens it: " + e.getMessage());
      return Optional.empty();
    }
  }

  private EngineSettings engineSettings(
      DatabaseId id, Path home, Network network, Optional<Secret> secret) throws SettingException {
    return new EngineSettings(
        id,
        home,
        settings.flag(InftProperty.CREATE).orElse(network.development()),
        new Cadence(
            settings.duration(InftProperty.SYNC_INTERVAL).orElse(network.syncInterval()),
            settings.number(InftProperty.EVENT_BATCH).orElseThrow().intValue(),
            settings.duration(InftProperty.MAX_LAG).orElseThrow(),
            choice(Cadence.OnLag.class, InftProperty.ON_LAG),
            budget()),
        new EngineSettings.Ending(
            choice(EngineSettings.OnClose.class, InftProperty.ON_CLOSE),
            settings.duration(InftProperty.CLOSE_TIMEOUT).orElseThrow(),
            settings.duration(InftProperty.LINGER).orElseThrow()),
        new ObjectPolicy(
            settings.duration(InftProperty.RENEW_AFTER).orElseThrow(),
            choice(Padding.class, InftProperty.PADDING)),
        new Inlining(
            choice(Inlining.Choice.class, InftProperty.INLINE),
            settings
                .duration(InftProperty.INLINE_MAX_AGE)
                .orElse(network.registry().inlineMaxAge())),
        new EngineSettings.NewPasswords(
            KeyDerivation.parse(settings.text(InftProperty.KDF).orElseThrow()),
            settings.flag(InftProperty.ALLOW_WEAK_PASSWORD).orElse(network.development())),
        SqlitePragma.creation(settings.pragmas()),
        networkLimits(),
        new EngineSettings.OfSession(
            secret,
            choice(EngineSettings.Durability.class, InftProperty.DURABILITY),
            settings.duration(InftProperty.ANCHOR_TIMEOUT).orElseThrow(),
            choice(EngineSettings.Mode.class, InftProperty.MODE),
            settings.duration(InftProperty.REFRESH).orElse(FOLLOW),
            settings.choice(InftProperty.FOLLOW).orElseThrow().equals("auto"),
            settings.text(InftProperty.AT),
            pagesWanted()));
  }

  private PagesWanted pagesWanted() {
    return new PagesWanted(
        choice(OpenMode.class, InftProperty.OPEN),
        settings.flag(InftProperty.HYDRATE).orElseThrow(),
        settings.duration(InftProperty.PAGE_TIMEOUT).orElseThrow());
  }

  private Optional<Budget> budget() {
    return settings
        .budget(InftProperty.BUDGET)
        .map(
            given ->
                new Budget(
                    given.amount().scaleByPowerOfTen(Budget.DIGITS).toBigIntegerExact(),
                    Budget.Period.of(given.period())));
  }

  private Map<String, String> networkLimits() {
    Map<String, String> limits = new LinkedHashMap<>();
    settings
        .budget(InftProperty.BUDGET)
        .ifPresent(given -> limits.put(InftProperty.BUDGET.propertyName(), given.text()));
    settings
        .choice(InftProperty.TRUST)
        .ifPresent(choice -> limits.put(InftProperty.TRUST.propertyName(), choice));
    for (InftProperty property :
        List.of(
            InftProperty.QUORUM,
            InftProperty.GAS_LIMIT,
            InftProperty.CONFIRMATIONS,
            InftProperty.MAX_GAS_PRICE)) {
      settings
          .number(property)
          .ifPresent(number -> limits.put(property.propertyName(), number.toString()));
    }
    for (InftProperty property :
        List.of(InftProperty.MAX_FEE_PER_HOUR, InftProperty.MAX_STORAGE_PRICE)) {
      settings
          .amount(property)
          .ifPresent(
              amount ->
                  limits.put(property.propertyName(), amount.stripTrailingZeros().toPlainString()));
    }
    return limits;
  }

  private <E extends Enum<E>> E choice(Class<E> type, InftProperty property) {
    return Enum.valueOf(type, settings.choice(property).orElseThrow().toUpperCase(Locale.ROOT));
  }
}

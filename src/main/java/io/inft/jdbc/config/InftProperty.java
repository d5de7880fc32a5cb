package io.inft.jdbc.config;

import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Every connection property of this driver: the one source of names, defaults, choices and
 * sentences. Pragmas of sqlite-jdbc are not here; see {@link SqlitePragma}.
 *
 * <p>A value is looked for in the {@code Properties} given to the driver, in the URL, in the system
 * property {@code inft.<name>} and in the environment, in this order. An empty value means "not
 * set".
 */
public enum InftProperty {
  NETWORK(
      named("network")
          .environment("INFT_NETWORK")
          .computed("chosen by the chain id that 'rpc' answers; without 'rpc' it must be given")
          .says(
              "Where databases live: embedded (a folder on this machine), galileo, mainnet, custom,"
                  + " or a name supplied by services of your own; with a colon and what such a"
                  + " service wants to know behind it.")),
  STORE(
      named("store")
          .environment("INFT_STORE")
          .computed("that of the network")
          .says(
              "Where objects live, if not where the network has them: a name as for network, or one"
                  + " supplied by a StoreProvider service.")),
  REGISTRY(
      named("registry")
          .environment("INFT_REGISTRY")
          .computed("that of the network")
          .says(
              "Who says which version is the head, if not the network: a name as for network, or"
                  + " one supplied by a RegistryProvider service.")),
  RPC(
      named("rpc")
          .environment("ZERO_G_RPC")
          .computed("preset of the network")
          .says(
              "JSON-RPC URL of the chain; several are separated by commas. A ws or wss URL among"
                  + " them is told of new versions, and asked nothing else.")),
  TRUST(
      named("trust")
          .environment("INFT_TRUST")
          .choices("one", "quorum")
          .defaultsTo("one")
          .says(
              "Whether one endpoint of 'rpc' is believed, the next one being asked when it fails,"
                  + " or only what enough of them say alike; no connection is made with less.")),
  QUORUM(
      named("quorum")
          .environment("INFT_QUORUM")
          .kind(Kind.INTEGER)
          .computed("more than half of those that 'rpc' names")
          .unit("endpoints")
          .atLeastOne()
          .says("With trust=quorum, how many endpoints must say the same: more than half.")),
  INDEXER(
      named("indexer")
          .environment("ZERO_G_INDEXER")
          .computed("preset of the network")
          .says("URL of the 0G Storage indexer.")),
  NODES(
      named("nodes")
          .environment("ZERO_G_NODES")
          .computed("asked of the indexer")
          .says("Fixed list of 0G storage node URLs, separated by commas, instead of an indexer.")),
  FLOW(
      named("flow")
          .environment("ZERO_G_FLOW")
          .computed(
              "preset of the chain; on a chain without one, what the storage nodes name first,"
                  + " which is written down in home")
          .says(
              "Address of the Flow contract that is paid for storage; nodes that name another one"
                  + " are not used.")),
  CONTRACT(
      named("contract")
          .environment("ZERO_G_STORAGE_CONTRACT")
          .computed("preset of the network")
          .says("Address of the registry contract.")),
  CHAIN_ID(
      named("chainId")
          .environment("ZERO_G_CHAIN_ID")
          .kind(Kind.INTEGER)
          .computed("preset of the network")
          .says("Pins the chain: connecting fails when 'rpc' answers another chain id.")),
  GAS_LIMIT(
      named("gasLimit")
          .environment("ZERO_G_GAS_LIMIT")
          .kind(Kind.INTEGER)
          .defaultsTo("500000")
          .unit("gas")
          .says("Cap for one registry transaction; storage submissions are estimated apart.")),
  PRIVATE_KEY(
      named("privateKey")
          .environment("ZERO_G_PRIVATE_KEY")
          .kind(Kind.SECRET)
          .computed("none: read-only; embedded makes a development key")
          .says("Signing key of the account that publishes, 64 hex digits.")),
  PRIVATE_KEY_FILE(
      named("privateKeyFile")
          .kind(Kind.PATH)
          .computed("none")
          .says(
              "File that holds the signing key in hex, or an Ethereum keystore file, version 3;"
                  + " warned about unless only its owner may read it.")),
  PRIVATE_KEY_PASSWORD(
      named("privateKeyPassword")
          .environment("ZERO_G_PRIVATE_KEY_PASSWORD")
          .kind(Kind.SECRET)
          .computed("none")
          .says("Opens the keystore file that privateKeyFile names.")),
  PASSWORD(
      named("password")
          .environment("INFT_ENCRYPTION_PASSWORD")
          .kind(Kind.SECRET)
          .computed("none; embedded makes a development data key")
          .says(
              "Opens a password slot of the keyring; getConnection(url, user, password) sets it"
                  + " too.")),
  PASSWORD_FILE(
      named("passwordFile")
          .kind(Kind.PATH)
          .computed("none")
          .says("File whose first line is the password.")),
  ENCRYPTION_KEY(
      named("encryptionKey")
          .environment("INFT_ENCRYPTION_KEY")
          .kind(Kind.SECRET)
          .computed("none")
          .says("Opens a raw-key slot of the keyring: 32 bytes in hex or base64.")),
  ENCRYPTION_KEY_FILE(
      named("encryptionKeyFile")
          .kind(Kind.PATH)
          .computed("none")
          .says("File whose first line is the raw key, as keys backup writes it.")),
  WALLET_KEY(
      named("walletKey")
          .environment("INFT_WALLET_KEY")
          .kind(Kind.SECRET)
          .computed("none; without any secret, the signing key if it has a slot")
          .says(
              "Opens a wallet slot of the keyring: the key of an Ethereum account, 64 hex"
                  + " digits.")),
  WALLET_KEY_FILE(
      named("walletKeyFile")
          .kind(Kind.PATH)
          .computed("none")
          .says(
              "File that holds the wallet's key in hex, or an Ethereum keystore file, version 3.")),
  WALLET_KEY_PASSWORD(
      named("walletKeyPassword")
          .environment("INFT_WALLET_KEY_PASSWORD")
          .kind(Kind.SECRET)
          .computed("none")
          .says("Opens the keystore file that walletKeyFile names.")),
  SEALED_KEY(
      named("sealedKey")
          .environment("INFT_SEALED_KEY")
          .computed("none")
          .says(
              "Opens a raw-key slot of the keyring: its key, sealed to the wallet's account (or the"
                  + " signing key's) as ERC-7857 hands keys over, 129 bytes in hex. May be"
                  + " public.")),
  KEY_SERVICE(
      named("keyService")
          .environment("INFT_KEY_SERVICE")
          .computed("none")
          .says(
              "Opens a slot of the keyring with a key that somebody else keeps: scheme:reference,"
                  + " for example pkcs12:/etc/inft/keys.p12#agent; schemes are KeyWrapper"
                  + " services.")),
  KEY_SERVICE_PASSWORD(
      named("keyServicePassword")
          .environment("INFT_KEY_SERVICE_PASSWORD")
          .kind(Kind.SECRET)
          .computed("none")
          .says("Opens the keystore or service that keyService names.")),
  KEY_SERVICE_PASSWORD_FILE(
      named("keyServicePasswordFile")
          .kind(Kind.PATH)
          .computed("none")
          .says("File whose first line is the password of keyService.")),
  HOME(
      named("home")
          .environment("INFT_HOME")
          .kind(Kind.PATH)
          .computed("~/.inft")
          .says("Folder of this machine's working copies.")),
  EMBEDDED_DIR(
      named("embeddedDir")
          .environment("INFT_EMBEDDED_DIR")
          .kind(Kind.PATH)
          .computed("the folder embedded in home")
          .says(
              "Folder that plays the network when network=embedded; two homes with one embeddedDir"
                  + " are two machines on one network.")),
  CREATE(
      named("create")
          .kind(Kind.BOOLEAN)
          .computed("true on the embedded network, else false")
          .says("Whether to make the id if nobody registered it.")),
  IMPORT_FROM(
      named("importFrom")
          .kind(Kind.PATH)
          .computed("none")
          .says(
              "SQLite file that a new database begins with: the first connection imports it, others"
                  + " of the same process join. Refused if the database exists.")),
  DURABILITY(
      named("durability")
          .choices("local", "anchored")
          .defaultsTo("local")
          .says(
              "What a commit waits for: SQLite's own commit, or the confirmation of the version"
                  + " that holds it.")),
  SYNC_INTERVAL(
      named("syncInterval")
          .kind(Kind.DURATION)
          .computed("0 on the embedded network (at once), 30s on chains")
          .says(
              "With durability=local, the longest time between two publishes while there is"
                  + " something to publish; with a budget, the shortest.")),
  EVENT_BATCH(
      named("eventBatch")
          .kind(Kind.INTEGER)
          .defaultsTo("100")
          .unit("events")
          .atLeastOne()
          .says("Pending events that trigger a publish, at least 1.")),
  MAX_LAG(
      named("maxLag")
          .kind(Kind.DURATION)
          .defaultsTo("5m")
          .says("Bound on the age of the oldest unpublished commit; see onLag.")),
  ON_LAG(
      named("onLag")
          .choices("warn", "block", "fail")
          .defaultsTo("warn")
          .says("What happens beyond maxLag; block and fail act before SQLite commits.")),
  ON_CLOSE(
      named("onClose")
          .choices("publish", "background")
          .defaultsTo("publish")
          .says(
              "Whether the last close waits until everything is anchored or leaves it to the"
                  + " engine's linger time and the JVM's exit.")),
  CLOSE_TIMEOUT(
      named("closeTimeout")
          .kind(Kind.DURATION)
          .defaultsTo("60s")
          .says(
              "How long the last close, the end of the JVM or of the class loader may take; what is"
                  + " not out by then goes out at the next open.")),
  LINGER(
      named("linger")
          .kind(Kind.DURATION)
          .defaultsTo("30s")
          .says(
              "How long an idle engine stays after the last close, so that open-close-open is"
                  + " cheap.")),
  ANCHOR_TIMEOUT(
      named("anchorTimeout")
          .kind(Kind.DURATION)
          .defaultsTo("120s")
          .says("How long a commit with durability=anchored waits before it fails with 08007.")),
  CONFIRMATIONS(
      named("confirmations")
          .kind(Kind.INTEGER)
          .computed("preset of the network")
          .unit("blocks")
          .says("Blocks on top of a transaction before it counts.")),
  BUDGET(
      named("budget")
          .environment("INFT_BUDGET")
          .kind(Kind.BUDGET)
          .computed("none: publishes as often as syncInterval says")
          .says(
              "What the account may spend in every hour or day (UTC), whatever spends it:"
                  + " publishing spreads what is left over the time that is left, and syncInterval"
                  + " is then the shortest time between two publishes.")),
  MAX_FEE_PER_HOUR(
      named("maxFeePerHour")
          .kind(Kind.AMOUNT)
          .computed("none on the embedded network, else preset")
          .unit("0G")
          .says("Spend cap; once reached, publishing stops with an error and keeps the data.")),
  MAX_GAS_PRICE(
      named("maxGasPrice")
          .environment("ZERO_G_MAX_GAS_PRICE")
          .kind(Kind.INTEGER)
          .defaultsTo("100")
          .unit("gwei")
          .says(
              "No transaction offers more for a unit of gas, whatever 'rpc' says that it costs;"
                  + " 0G's price is about 4.")),
  MAX_STORAGE_PRICE(
      named("maxStoragePrice")
          .environment("ZERO_G_MAX_STORAGE_PRICE")
          .kind(Kind.AMOUNT)
          .defaultsTo("2")
          .unit("0G per GiB")
          .says(
              "Nothing is stored at a higher price, whatever the Flow contract asks; 0G's price is"
                  + " about 0.13.")),
  MODE(
      named("mode")
          .choices("rw", "ro")
          .defaultsTo("rw")
          .says("Read and write, or read only and follow the head.")),
  REFRESH(
      named("refresh")
          .kind(Kind.DURATION)
          .defaultsTo("30s")
          .says("With mode=ro, how often new connections look for a newer head, told of or not.")),
  FOLLOW(
      named("follow")
          .choices("auto", "poll")
          .defaultsTo("auto")
          .says(
              "With mode=ro, whether new connections also look as soon as the chain tells of a"
                  + " newer head, over a WebSocket that 'rpc' names or by a filter, or only every"
                  + " refresh.")),
  AT(
      named("at")
          .computed("the head")
          .says("A past state, read-only: a version number, an ISO time, or a commit root.")),
  OPEN(
      named("open")
          .choices("auto", "lazy", "full")
          .defaultsTo("auto")
          .says(
              "Whether all pages are fetched first (full), or when they are read and the others"
                  + " after that (lazy, needs JNA); auto goes by the size.")),
  HYDRATE(
      named("hydrate")
          .kind(Kind.BOOLEAN)
          .defaultsTo("true")
          .says(
              "Where pages come when they are read, whether the others come in the background"
                  + " after that.")),
  PAGE_TIMEOUT(
      named("pageTimeout")
          .kind(Kind.DURATION)
          .defaultsTo("2m")
          .says(
              "How long a read waits for a page that is not here; the connection that opens the"
                  + " database first says it.")),
  EXTENSIONS(
      named("extensions")
          .environment("INFT_EXTENSIONS")
          .computed("none")
          .says(
              "vec: loads sqlite-vec, from the class path or, as vec:/path/of/its/library, from a"
                  + " file (not in a URL); where there is none its functions are here in plain"
                  + " Java, its tables are not.")),
  SUBJECT_KEYS(
      named("subjectKeys")
          .environment("INFT_SUBJECT_KEYS")
          .kind(Kind.PATH)
          .computed("the folder subjects in home")
          .says(
              "Folder of this machine's keys of subjects, under which inft_seal seals values and"
                  + " which inft_forget destroys; wrapped by keyService where that is given.")),
  KDF(
      named("kdf")
          .defaultsTo("argon2id:m=65536,t=3,p=1")
          .says(
              "Key derivation and cost of new password slots: argon2id, m memory in KiB; or"
                  + " pbkdf2-sha256:i=600000 for hosts without that memory.")),
  ALLOW_WEAK_PASSWORD(
      named("allowWeakPassword")
          .kind(Kind.BOOLEAN)
          .computed("true on the embedded network, else false")
          .says(
              "Whether a new password slot takes a password that can be guessed; what it protects"
                  + " is public for ever, except on the embedded network.")),
  RENEW_AFTER(
      named("renewAfter")
          .kind(Kind.DURATION)
          .defaultsTo("180d")
          .says("Age at which an object that the head needs is paid for or stored again.")),
  PADDING(
      named("padding")
          .choices("padme", "none")
          .defaultsTo("padme")
          .says(
              "Whether what is published is filled up to sizes that many contents share, at most 12"
                  + " % more, so that compressed sizes tell less of what is in them.")),
  INLINE(
      named("inline")
          .choices("auto", "always", "never")
          .defaultsTo("auto")
          .says(
              "Whether small versions go along with their anchor, in one transaction and without an"
                  + " upload, until a later version carries them to the store: where that is"
                  + " cheaper, wherever it may be, or never.")),
  INLINE_MAX_AGE(
      named("inlineMaxAge")
          .kind(Kind.DURATION)
          .computed("30m on the public chains, 10m on others, 1d on the embedded network")
          .says(
              "How long a version that went along with its anchor may lie in the chain's log alone;"
                  + " below the time for which nodes keep logs.")),
  USER(
      named("user")
          .computed("ignored")
          .says("Accepted because pools and DriverManager send it; it has no meaning here."));

  /** What a value looks like. */
  public enum Kind {
    TEXT,
    CHOICE,
    BOOLEAN,
    INTEGER,
    AMOUNT,
    BUDGET,
    DURATION,
    PATH,
    SECRET
  }

  /** Those that decide what a network is, besides the signing key. */
  static final Set<InftProperty> NETWORK_PROPERTIES =
      Collections.unmodifiableSet(
          EnumSet.of(
              NETWORK,
              STORE,
              REGISTRY,
              RPC,
              TRUST,
              QUORUM,
              INDEXER,
              NODES,
              FLOW,
              CONTRACT,
              CHAIN_ID,
              GAS_LIMIT,
              CONFIRMATIONS,
              MAX_FEE_PER_HOUR,
              MAX_GAS_PRICE,
              MAX_STORAGE_PRICE));

  private final String propertyName;
  private final Optional<String> environment;
  private final Kind kind;
  private final String choices;
  private final Optional<String> defaultValue;
  private final String defaultText;
  private final String unit;
  private final boolean atLeastOne;
  private final String sentence;

  InftProperty(Draft draft) {
    this.propertyName = draft.name;
    this.environment = draft.environment;
    this.kind = draft.kind;
    this.choices = String.join(",", draft.choices);
    this.defaultValue = draft.defaultValue;
    this.defaultText = draft.defaultText;
    this.unit = draft.unit;
    this.atLeastOne = draft.atLeastOne;
    this.sentence = draft.sentence;
  }

  /** The name in {@code Properties} and URLs. */
  public String propertyName() {
    return propertyName;
  }

  /** The system property that stands in for it: {@code inft.<name>}. */
  public String systemProperty() {
    return "inft." + propertyName;
  }

  /** The environment variable that stands in for it, if there is one. */
  public Optional<String> environment() {
    return environment;
  }

  public Kind kind() {
    return kind;
  }

  /** All allowed values; empty when there is no fixed list. */
  public List<String> choices() {
    return choices.isEmpty() ? List.of() : List.of(choices.split(",", -1));
  }

  /** The value that counts when none was given; empty when it depends on something else. */
  public Optional<String> defaultValue() {
    return defaultValue;
  }

  /** The default in words, for documents. */
  public String defaultText() {
    return defaultText;
  }

  /** What a number counts; empty for everything that is not a number. */
  public String unit() {
    return unit;
  }

  /** Whether it counts what there must be one of at least; such a number fits an {@code int}. */
  boolean atLeastOne() {
    return atLeastOne;
  }

  /** What it is for, in one sentence. */
  public String sentence() {
    return sentence;
  }

  /** Whether its value must never be shown. */
  public boolean secret() {
    return kind == Kind.SECRET;
  }

  /** Whether it may stand in a URL: everything but secrets, because URLs end up in logs. */
  public boolean allowedInUrl() {
    return !secret();
  }

  /** The property of this name. */
  public static Optional<InftProperty> of(String name) {
    for (InftProperty property : values()) {
      if (property.propertyName.equals(name)) {
        return Optional.of(property);
      }
    }
    return Optional.empty();
  }

  private static Draft named(String name) {
    return new Draft(name);
  }

  /** A constant while it is being described. */
  private static final class Draft {
    private final String name;
    private Optional<String> environment = Optional.empty();
    private Kind kind = Kind.TEXT;
    private List<String> choices = List.of();
    private Optional<String> defaultValue = Optional.empty();
    private String defaultText = "";
    private String unit = "";
    private boolean atLeastOne;
    private String sentence = "";

    private Draft(String name) {
      this.name = name;
    }

    private Draft environment(String variable) {
      environment = Optional.of(variable);
      return this;
    }

    private Draft kind(Kind what) {
      kind = what;
      choices = what == Kind.BOOLEAN ? List.of("true", "false") : choices;
      return this;
    }

    private Draft choices(String... values) {
      kind = Kind.CHOICE;
      choices = List.of(values);
      return this;
    }

    private Draft defaultsTo(String value) {
      defaultValue = Optional.of(value);
      defaultText = value;
      return this;
    }

    private Draft computed(String text) {
      defaultText = text;
      return this;
    }

    private Draft unit(String what) {
      unit = what;
      return this;
    }

    private Draft atLeastOne() {
      atLeastOne = true;
      return this;
    }

    private Draft says(String text) {
      sentence = text;
      return this;
    }
  }

  @Override
  public String toString() {
    return propertyName + " (" + kind.name().toLowerCase(Locale.ROOT) + ")";
  }
}

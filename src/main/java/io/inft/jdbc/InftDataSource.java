package io.inft.jdbc;

import io.inft.jdbc.config.InftProperty;
import io.inft.jdbc.config.InftUrl;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Properties;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConnection;
import org.sqlite.SQLiteDataSource;

/**
 * A DataSource for {@code jdbc:inft:}, with a setter for every property. It extends sqlite-jdbc's,
 * so its setters for pragmas are there as well. Not a pool: each call opens a connection. Set it up
 * before it is shared between threads.
 *
 * <p>The database is named by {@link #setUrl} or by {@link #setDatabaseName}, which takes the id.
 * Code that is written by hand has the same with types, named as the properties are:
 *
 * <pre>{@code
 * new InftDataSource().database("agent-1").durability(Durability.ANCHORED).linger(Duration.ZERO)
 * }</pre>
 */
public class InftDataSource extends SQLiteDataSource {
  /** How much of several endpoints of a chain is believed. See {@link InftProperty#TRUST}. */
  public enum Trust {
    ONE,
    QUORUM
  }

  /** What a commit waits for. See {@link InftProperty#DURABILITY}. */
  public enum Durability {
    LOCAL,
    ANCHORED
  }

  /** What happens beyond the bound of the lag. See {@link InftProperty#ON_LAG}. */
  public enum OnLag {
    WARN,
    BLOCK,
    FAIL
  }

  /** What the last close does with what is not anchored. See {@link InftProperty#ON_CLOSE}. */
  public enum OnClose {
    PUBLISH,
    BACKGROUND
  }

  /** Whether a connection writes. See {@link InftProperty#MODE}. */
  public enum Mode {
    RW,
    RO
  }

  /** How a reader hears of a newer head. See {@link InftProperty#FOLLOW}. */
  public enum Follow {
    AUTO,
    POLL
  }

  /** Whether the pages are here before the first row. See {@link InftProperty#OPEN}. */
  public enum Open {
    AUTO,
    LAZY,
    FULL
  }

  /** Whether sizes are rounded up. See {@link InftProperty#PADDING}. */
  public enum Padding {
    PADME,
    NONE
  }

  /** Whether small versions go along with their anchor. See {@link InftProperty#INLINE}. */
  public enum Inline {
    AUTO,
    ALWAYS,
    NEVER
  }

  private static final String SQLITE_JDBC_BUSY_TIMEOUT = "3000";

  private final Properties properties = new Properties();
  private final int made = OpenConnections.now();

  public InftDataSource() {}

  /** Starts from pragmas that were set up as sqlite-jdbc does it. */
  public InftDataSource(SQLiteConfig config) {
    super(config);
  }

  @Override
  public SQLiteConnection getConnection(@Nullable String user, @Nullable String password)
      throws SQLException {
    Properties all = new Properties();
    all.putAll(getConfig().toProperties());
    // Every SQLiteConfig names sqlite-jdbc's default, which is not this driver's.
    all.remove("busy_timeout", SQLITE_JDBC_BUSY_TIMEOUT);
    all.putAll(properties);
    if (user != null) {
      all.setProperty(InftProperty.USER.propertyName(), user);
    }
    if (password != null && !password.isEmpty()) {
      all.setProperty(InftProperty.PASSWORD.propertyName(), password);
    }
    return OpenConnections.open(made, () -> InftDriver.open(address(), all));
  }

  /** The URL, which never has a secret in it; pools write data sources into their logs. */
  @Override
  public String toString() {
    return getClass().getSimpleName() + "[" + address() + "]";
  }

  private String address() {
    boolean named = !InftUrl.accepts(getUrl()) && !getDatabaseName().isEmpty();
    return named ? InftUrl.PREFIX + getDatabaseName() : getUrl();
  }

  private @Nullable String get(InftProperty property) {
    return properties.getProperty(property.propertyName());
  }

  private void set(InftProperty property, @Nullable String value) {
    if (value == null) {
      properties.remove(property.propertyName());
    } else {
      properties.setProperty(property.propertyName(), value);
    }
  }

  /** See {@link InftProperty#NETWORK}. */
  public void setNetwork(@Nullable String network) {
    set(InftProperty.NETWORK, network);
  }

  public @Nullable String getNetwork() {
    return get(InftProperty.NETWORK);
  }

  /** See {@link InftProperty#STORE}. */
  public void setStore(@Nullable String store) {
    set(InftProperty.STORE, store);
  }

  public @Nullable String getStore() {
    return get(InftProperty.STORE);
  }

  /** See {@link InftProperty#REGISTRY}. */
  public void setRegistry(@Nullable String registry) {
    set(InftProperty.REGISTRY, registry);
  }

  public @Nullable String getRegistry() {
    return get(InftProperty.REGISTRY);
  }

  /** See {@link InftProperty#RPC}. */
  public void setRpc(@Nullable String rpc) {
    set(InftProperty.RPC, rpc);
  }

  public @Nullable String getRpc() {
    return get(InftProperty.RPC);
  }

  /** See {@link InftProperty#TRUST}. */
  public void setTrust(@Nullable String trust) {
    set(InftProperty.TRUST, trust);
  }

  public @Nullable String getTrust() {
    return get(InftProperty.TRUST);
  }

  /** See {@link InftProperty#QUORUM}. */
  public void setQuorum(@Nullable String quorum) {
    set(InftProperty.QUORUM, quorum);
  }

  public @Nullable String getQuorum() {
    return get(InftProperty.QUORUM);
  }

  /** See {@link InftProperty#INDEXER}. */
  public void setIndexer(@Nullable String indexer) {
    set(InftProperty.INDEXER, indexer);
  }

  public @Nullable String getIndexer() {
    return get(InftProperty.INDEXER);
  }

  /** See {@link InftProperty#NODES}. */
  public void setNodes(@Nullable String nodes) {
    set(InftProperty.NODES, nodes);
  }

  public @Nullable String getNodes() {
    return get(InftProperty.NODES);
  }

  /** See {@link InftProperty#FLOW}. */
  public void setFlow(@Nullable String flow) {
    set(InftProperty.FLOW, flow);
  }

  public @Nullable String getFlow() {
    return get(InftProperty.FLOW);
  }

  /** See {@link InftProperty#CONTRACT}. */
  public void setContract(@Nullable String contract) {
    set(InftProperty.CONTRACT, contract);
  }

  public @Nullable String getContract() {
    return get(InftProperty.CONTRACT);
  }

  /** See {@link InftProperty#CHAIN_ID}. */
  public void setChainId(@Nullable String chainId) {
    set(InftProperty.CHAIN_ID, chainId);
  }

  public @Nullable String getChainId() {
    return get(InftProperty.CHAIN_ID);
  }

  /** See {@link InftProperty#GAS_LIMIT}. */
  public void setGasLimit(@Nullable String gasLimit) {
    set(InftProperty.GAS_LIMIT, gasLimit);
  }

  public @Nullable String getGasLimit() {
    return get(InftProperty.GAS_LIMIT);
  }

  /** See {@link InftProperty#PRIVATE_KEY}. */
  public void setPrivateKey(@Nullable String privateKey) {
    set(InftProperty.PRIVATE_KEY, privateKey);
  }

  /** See {@link InftProperty#PRIVATE_KEY_FILE}. */
  public void setPrivateKeyFile(@Nullable String privateKeyFile) {
    set(InftProperty.PRIVATE_KEY_FILE, privateKeyFile);
  }

  public @Nullable String getPrivateKeyFile() {
    return get(InftProperty.PRIVATE_KEY_FILE);
  }

  /** See {@link InftProperty#PRIVATE_KEY_PASSWORD}. */
  public void setPrivateKeyPassword(@Nullable String privateKeyPassword) {
    set(InftProperty.PRIVATE_KEY_PASSWORD, privateKeyPassword);
  }

  /** See {@link InftProperty#PASSWORD}. */
  public void setPassword(@Nullable String password) {
    set(InftProperty.PASSWORD, password);
  }

  /** See {@link InftProperty#PASSWORD_FILE}. */
  public void setPasswordFile(@Nullable String passwordFile) {
    set(InftProperty.PASSWORD_FILE, passwordFile);
  }

  public @Nullable String getPasswordFile() {
    return get(InftProperty.PASSWORD_FILE);
  }

  /** See {@link InftProperty#ENCRYPTION_KEY}. */
  public void setEncryptionKey(@Nullable String encryptionKey) {
    set(InftProperty.ENCRYPTION_KEY, encryptionKey);
  }

  /** See {@link InftProperty#ENCRYPTION_KEY_FILE}. */
  public void setEncryptionKeyFile(@Nullable String encryptionKeyFile) {
    set(InftProperty.ENCRYPTION_KEY_FILE, encryptionKeyFile);
  }

  public @Nullable String getEncryptionKeyFile() {
    return get(InftProperty.ENCRYPTION_KEY_FILE);
  }

  /** See {@link InftProperty#WALLET_KEY}. */
  public void setWalletKey(@Nullable String walletKey) {
    set(InftProperty.WALLET_KEY, walletKey);
  }

  /** See {@link InftProperty#WALLET_KEY_FILE}. */
  public void setWalletKeyFile(@Nullable String walletKeyFile) {
    set(InftProperty.WALLET_KEY_FILE, walletKeyFile);
  }

  public @Nullable String getWalletKeyFile() {
    return get(InftProperty.WALLET_KEY_FILE);
  }

  /** See {@link InftProperty#WALLET_KEY_PASSWORD}. */
  public void setWalletKeyPassword(@Nullable String walletKeyPassword) {
    set(InftProperty.WALLET_KEY_PASSWORD, walletKeyPassword);
  }

  /** See {@link InftProperty#SEALED_KEY}. */
  public void setSealedKey(@Nullable String sealedKey) {
    set(InftProperty.SEALED_KEY, sealedKey);
  }

  public @Nullable String getSealedKey() {
    return get(InftProperty.SEALED_KEY);
  }

  /** See {@link InftProperty#KEY_SERVICE}. */
  public void setKeyService(@Nullable String keyService) {
    set(InftProperty.KEY_SERVICE, keyService);
  }

  public @Nullable String getKeyService() {
    return get(InftProperty.KEY_SERVICE);
  }

  /** See {@link InftProperty#KEY_SERVICE_PASSWORD}. */
  public void setKeyServicePassword(@Nullable String keyServicePassword) {
    set(InftProperty.KEY_SERVICE_PASSWORD, keyServicePassword);
  }

  /** See {@link InftProperty#KEY_SERVICE_PASSWORD_FILE}. */
  public void setKeyServicePasswordFile(@Nullable String keyServicePasswordFile) {
    set(InftProperty.KEY_SERVICE_PASSWORD_FILE, keyServicePasswordFile);
  }

  public @Nullable String getKeyServicePasswordFile() {
    return get(InftProperty.KEY_SERVICE_PASSWORD_FILE);
  }

  /** See {@link InftProperty#HOME}. */
  public void setHome(@Nullable String home) {
    set(InftProperty.HOME, home);
  }

  public @Nullable String getHome() {
    return get(InftProperty.HOME);
  }

  /** See {@link InftProperty#EMBEDDED_DIR}. */
  public void setEmbeddedDir(@Nullable String embeddedDir) {
    set(InftProperty.EMBEDDED_DIR, embeddedDir);
  }

  public @Nullable String getEmbeddedDir() {
    return get(InftProperty.EMBEDDED_DIR);
  }

  /** See {@link InftProperty#CREATE}. */
  public void setCreate(@Nullable String create) {
    set(InftProperty.CREATE, create);
  }

  public @Nullable String getCreate() {
    return get(InftProperty.CREATE);
  }

  /** See {@link InftProperty#IMPORT_FROM}. */
  public void setImportFrom(@Nullable String importFrom) {
    set(InftProperty.IMPORT_FROM, importFrom);
  }

  public @Nullable String getImportFrom() {
    return get(InftProperty.IMPORT_FROM);
  }

  /** See {@link InftProperty#DURABILITY}. */
  public void setDurability(@Nullable String durability) {
    set(InftProperty.DURABILITY, durability);
  }

  public @Nullable String getDurability() {
    return get(InftProperty.DURABILITY);
  }

  /** See {@link InftProperty#SYNC_INTERVAL}. */
  public void setSyncInterval(@Nullable String syncInterval) {
    set(InftProperty.SYNC_INTERVAL, syncInterval);
  }

  public @Nullable String getSyncInterval() {
    return get(InftProperty.SYNC_INTERVAL);
  }

  /** See {@link InftProperty#EVENT_BATCH}. */
  public void setEventBatch(@Nullable String eventBatch) {
    set(InftProperty.EVENT_BATCH, eventBatch);
  }

  public @Nullable String getEventBatch() {
    return get(InftProperty.EVENT_BATCH);
  }

  /** See {@link InftProperty#MAX_LAG}. */
  public void setMaxLag(@Nullable String maxLag) {
    set(InftProperty.MAX_LAG, maxLag);
  }

  public @Nullable String getMaxLag() {
    return get(InftProperty.MAX_LAG);
  }

  /** See {@link InftProperty#ON_LAG}. */
  public void setOnLag(@Nullable String onLag) {
    set(InftProperty.ON_LAG, onLag);
  }

  public @Nullable String getOnLag() {
    return get(InftProperty.ON_LAG);
  }

  /** See {@link InftProperty#ON_CLOSE}. */
  public void setOnClose(@Nullable String onClose) {
    set(InftProperty.ON_CLOSE, onClose);
  }

  public @Nullable String getOnClose() {
    return get(InftProperty.ON_CLOSE);
  }

  /** See {@link InftProperty#CLOSE_TIMEOUT}. */
  public void setCloseTimeout(@Nullable String closeTimeout) {
    set(InftProperty.CLOSE_TIMEOUT, closeTimeout);
  }

  public @Nullable String getCloseTimeout() {
    return get(InftProperty.CLOSE_TIMEOUT);
  }

  /** See {@link InftProperty#LINGER}. */
  public void setLinger(@Nullable String linger) {
    set(InftProperty.LINGER, linger);
  }

  public @Nullable String getLinger() {
    return get(InftProperty.LINGER);
  }

  /** See {@link InftProperty#ANCHOR_TIMEOUT}. */
  public void setAnchorTimeout(@Nullable String anchorTimeout) {
    set(InftProperty.ANCHOR_TIMEOUT, anchorTimeout);
  }

  public @Nullable String getAnchorTimeout() {
    return get(InftProperty.ANCHOR_TIMEOUT);
  }

  /** See {@link InftProperty#CONFIRMATIONS}. */
  public void setConfirmations(@Nullable String confirmations) {
    set(InftProperty.CONFIRMATIONS, confirmations);
  }

  public @Nullable String getConfirmations() {
    return get(InftProperty.CONFIRMATIONS);
  }

  /** See {@link InftProperty#BUDGET}. */
  public void setBudget(@Nullable String budget) {
    set(InftProperty.BUDGET, budget);
  }

  public @Nullable String getBudget() {
    return get(InftProperty.BUDGET);
  }

  /** See {@link InftProperty#MAX_FEE_PER_HOUR}. */
  public void setMaxFeePerHour(@Nullable String maxFeePerHour) {
    set(InftProperty.MAX_FEE_PER_HOUR, maxFeePerHour);
  }

  public @Nullable String getMaxFeePerHour() {
    return get(InftProperty.MAX_FEE_PER_HOUR);
  }

  /** See {@link InftProperty#MAX_GAS_PRICE}. */
  public void setMaxGasPrice(@Nullable String maxGasPrice) {
    set(InftProperty.MAX_GAS_PRICE, maxGasPrice);
  }

  public @Nullable String getMaxGasPrice() {
    return get(InftProperty.MAX_GAS_PRICE);
  }

  /** See {@link InftProperty#MAX_STORAGE_PRICE}. */
  public void setMaxStoragePrice(@Nullable String maxStoragePrice) {
    set(InftProperty.MAX_STORAGE_PRICE, maxStoragePrice);
  }

  public @Nullable String getMaxStoragePrice() {
    return get(InftProperty.MAX_STORAGE_PRICE);
  }

  /** See {@link InftProperty#MODE}. */
  public void setMode(@Nullable String mode) {
    set(InftProperty.MODE, mode);
  }

  public @Nullable String getMode() {
    return get(InftProperty.MODE);
  }

  /** See {@link InftProperty#REFRESH}. */
  public void setRefresh(@Nullable String refresh) {
    set(InftProperty.REFRESH, refresh);
  }

  public @Nullable String getRefresh() {
    return get(InftProperty.REFRESH);
  }

  /** See {@link InftProperty#FOLLOW}. */
  public void setFollow(@Nullable String follow) {
    set(InftProperty.FOLLOW, follow);
  }

  public @Nullable String getFollow() {
    return get(InftProperty.FOLLOW);
  }

  /** See {@link InftProperty#OPEN}. */
  public void setOpen(@Nullable String open) {
    set(InftProperty.OPEN, open);
  }

  public @Nullable String getOpen() {
    return get(InftProperty.OPEN);
  }

  /** See {@link InftProperty#HYDRATE}. */
  public void setHydrate(@Nullable String hydrate) {
    set(InftProperty.HYDRATE, hydrate);
  }

  public @Nullable String getHydrate() {
    return get(InftProperty.HYDRATE);
  }

  /** See {@link InftProperty#PAGE_TIMEOUT}. */
  public void setPageTimeout(@Nullable String pageTimeout) {
    set(InftProperty.PAGE_TIMEOUT, pageTimeout);
  }

  public @Nullable String getPageTimeout() {
    return get(InftProperty.PAGE_TIMEOUT);
  }

  /** See {@link InftProperty#EXTENSIONS}. */
  public void setExtensions(@Nullable String extensions) {
    set(InftProperty.EXTENSIONS, extensions);
  }

  public @Nullable String getExtensions() {
    return get(InftProperty.EXTENSIONS);
  }

  /** See {@link InftProperty#SUBJECT_KEYS}. */
  public void setSubjectKeys(@Nullable String folder) {
    set(InftProperty.SUBJECT_KEYS, folder);
  }

  public @Nullable String getSubjectKeys() {
    return get(InftProperty.SUBJECT_KEYS);
  }

  /** See {@link InftProperty#AT}. */
  public void setAt(@Nullable String at) {
    set(InftProperty.AT, at);
  }

  public @Nullable String getAt() {
    return get(InftProperty.AT);
  }

  /** See {@link InftProperty#KDF}. */
  public void setKdf(@Nullable String kdf) {
    set(InftProperty.KDF, kdf);
  }

  public @Nullable String getKdf() {
    return get(InftProperty.KDF);
  }

  /** See {@link InftProperty#ALLOW_WEAK_PASSWORD}. */
  public void setAllowWeakPassword(@Nullable String allowWeakPassword) {
    set(InftProperty.ALLOW_WEAK_PASSWORD, allowWeakPassword);
  }

  public @Nullable String getAllowWeakPassword() {
    return get(InftProperty.ALLOW_WEAK_PASSWORD);
  }

  /** See {@link InftProperty#RENEW_AFTER}. */
  public void setRenewAfter(@Nullable String renewAfter) {
    set(InftProperty.RENEW_AFTER, renewAfter);
  }

  public @Nullable String getRenewAfter() {
    return get(InftProperty.RENEW_AFTER);
  }

  /** See {@link InftProperty#PADDING}. */
  public void setPadding(@Nullable String padding) {
    set(InftProperty.PADDING, padding);
  }

  public @Nullable String getPadding() {
    return get(InftProperty.PADDING);
  }

  /** See {@link InftProperty#INLINE}. */
  public void setInline(@Nullable String inline) {
    set(InftProperty.INLINE, inline);
  }

  public @Nullable String getInline() {
    return get(InftProperty.INLINE);
  }

  /** See {@link InftProperty#INLINE_MAX_AGE}. */
  public void setInlineMaxAge(@Nullable String inlineMaxAge) {
    set(InftProperty.INLINE_MAX_AGE, inlineMaxAge);
  }

  public @Nullable String getInlineMaxAge() {
    return get(InftProperty.INLINE_MAX_AGE);
  }

  /** See {@link InftProperty#USER}. */
  public void setUser(@Nullable String user) {
    set(InftProperty.USER, user);
  }

  public @Nullable String getUser() {
    return get(InftProperty.USER);
  }

  // What follows is for code that sets up a data source by hand: types instead of texts, and each
  // call answers this data source. These are no properties of a bean, so that whatever binds by
  // name (HikariCP, Spring Boot, JNDI) finds one setter for each, which takes text.

  /** Names the database; as {@link #setDatabaseName}. */
  public InftDataSource database(String id) {
    setDatabaseName(id);
    return this;
  }

  /** See {@link InftProperty#NETWORK}. */
  public InftDataSource network(String network) {
    return with(InftProperty.NETWORK, network);
  }

  /** See {@link InftProperty#STORE}. */
  public InftDataSource store(String store) {
    return with(InftProperty.STORE, store);
  }

  /** See {@link InftProperty#REGISTRY}. */
  public InftDataSource registry(String registry) {
    return with(InftProperty.REGISTRY, registry);
  }

  /** See {@link InftProperty#RPC}. */
  public InftDataSource rpc(URI... rpc) {
    return with(InftProperty.RPC, list(InftProperty.RPC, rpc));
  }

  /** See {@link InftProperty#TRUST}. */
  public InftDataSource trust(Trust trust) {
    return with(InftProperty.TRUST, word(trust));
  }

  /** See {@link InftProperty#QUORUM}; in endpoints. */
  public InftDataSource quorum(int quorum) {
    return with(InftProperty.QUORUM, Integer.toString(quorum));
  }

  /** See {@link InftProperty#INDEXER}. */
  public InftDataSource indexer(URI indexer) {
    return with(InftProperty.INDEXER, indexer.toString());
  }

  /** See {@link InftProperty#NODES}. */
  public InftDataSource nodes(URI... nodes) {
    return with(InftProperty.NODES, list(InftProperty.NODES, nodes));
  }

  /** See {@link InftProperty#FLOW}. */
  public InftDataSource flow(String flow) {
    return with(InftProperty.FLOW, flow);
  }

  /** See {@link InftProperty#CONTRACT}. */
  public InftDataSource contract(String contract) {
    return with(InftProperty.CONTRACT, contract);
  }

  /** See {@link InftProperty#CHAIN_ID}. */
  public InftDataSource chainId(long chainId) {
    return with(InftProperty.CHAIN_ID, Long.toString(chainId));
  }

  /** See {@link InftProperty#GAS_LIMIT}; in gas. */
  public InftDataSource gasLimit(long gasLimit) {
    return with(InftProperty.GAS_LIMIT, Long.toString(gasLimit));
  }

  /** See {@link InftProperty#PRIVATE_KEY}. */
  public InftDataSource privateKey(String privateKey) {
    return with(InftProperty.PRIVATE_KEY, privateKey);
  }

  /** See {@link InftProperty#PRIVATE_KEY_FILE}. */
  public InftDataSource privateKeyFile(Path privateKeyFile) {
    return with(InftProperty.PRIVATE_KEY_FILE, privateKeyFile.toString());
  }

  /** See {@link InftProperty#PRIVATE_KEY_PASSWORD}. */
  public InftDataSource privateKeyPassword(String privateKeyPassword) {
    return with(InftProperty.PRIVATE_KEY_PASSWORD, privateKeyPassword);
  }

  /** See {@link InftProperty#PASSWORD}. */
  public InftDataSource password(String password) {
    return with(InftProperty.PASSWORD, password);
  }

  /** See {@link InftProperty#PASSWORD_FILE}. */
  public InftDataSource passwordFile(Path passwordFile) {
    return with(InftProperty.PASSWORD_FILE, passwordFile.toString());
  }

  /** See {@link InftProperty#ENCRYPTION_KEY}. */
  public InftDataSource encryptionKey(String encryptionKey) {
    return with(InftProperty.ENCRYPTION_KEY, encryptionKey);
  }

  /** See {@link InftProperty#ENCRYPTION_KEY_FILE}. */
  public InftDataSource encryptionKeyFile(Path encryptionKeyFile) {
    return with(InftProperty.ENCRYPTION_KEY_FILE, encryptionKeyFile.toString());
  }

  /** See {@link InftProperty#WALLET_KEY}. */
  public InftDataSource walletKey(String walletKey) {
    return with(InftProperty.WALLET_KEY, walletKey);
  }

  /** See {@link InftProperty#WALLET_KEY_FILE}. */
  public InftDataSource walletKeyFile(Path walletKeyFile) {
    return with(InftProperty.WALLET_KEY_FILE, walletKeyFile.toString());
  }

  /** See {@link InftProperty#WALLET_KEY_PASSWORD}. */
  public InftDataSource walletKeyPassword(String walletKeyPassword) {
    return with(InftProperty.WALLET_KEY_PASSWORD, walletKeyPassword);
  }

  /** See {@link InftProperty#SEALED_KEY}. */
  public InftDataSource sealedKey(String sealedKey) {
    return with(InftProperty.SEALED_KEY, sealedKey);
  }

  /** See {@link InftProperty#KEY_SERVICE}. */
  public InftDataSource keyService(String keyService) {
    return with(InftProperty.KEY_SERVICE, keyService);
  }

  /** See {@link InftProperty#KEY_SERVICE_PASSWORD}. */
  public InftDataSource keyServicePassword(String keyServicePassword) {
    return with(InftProperty.KEY_SERVICE_PASSWORD, keyServicePassword);
  }

  /** See {@link InftProperty#KEY_SERVICE_PASSWORD_FILE}. */
  public InftDataSource keyServicePasswordFile(Path keyServicePasswordFile) {
    return with(InftProperty.KEY_SERVICE_PASSWORD_FILE, keyServicePasswordFile.toString());
  }

  /** See {@link InftProperty#HOME}. */
  public InftDataSource home(Path home) {
    return with(InftProperty.HOME, home.toString());
  }

  /** See {@link InftProperty#EMBEDDED_DIR}. */
  public InftDataSource embeddedDir(Path embeddedDir) {
    return with(InftProperty.EMBEDDED_DIR, embeddedDir.toString());
  }

  /** See {@link InftProperty#CREATE}. */
  public InftDataSource create(boolean create) {
    return with(InftProperty.CREATE, Boolean.toString(create));
  }

  /** See {@link InftProperty#IMPORT_FROM}. */
  public InftDataSource importFrom(Path importFrom) {
    return with(InftProperty.IMPORT_FROM, importFrom.toString());
  }

  /** See {@link InftProperty#DURABILITY}. */
  public InftDataSource durability(Durability durability) {
    return with(InftProperty.DURABILITY, word(durability));
  }

  /** See {@link InftProperty#SYNC_INTERVAL}. */
  public InftDataSource syncInterval(Duration syncInterval) {
    return with(InftProperty.SYNC_INTERVAL, text(InftProperty.SYNC_INTERVAL, syncInterval));
  }

  /** See {@link InftProperty#EVENT_BATCH}; in events. */
  public InftDataSource eventBatch(int eventBatch) {
    return with(InftProperty.EVENT_BATCH, Integer.toString(eventBatch));
  }

  /** See {@link InftProperty#MAX_LAG}. */
  public InftDataSource maxLag(Duration maxLag) {
    return with(InftProperty.MAX_LAG, text(InftProperty.MAX_LAG, maxLag));
  }

  /** See {@link InftProperty#ON_LAG}. */
  public InftDataSource onLag(OnLag onLag) {
    return with(InftProperty.ON_LAG, word(onLag));
  }

  /** See {@link InftProperty#ON_CLOSE}. */
  public InftDataSource onClose(OnClose onClose) {
    return with(InftProperty.ON_CLOSE, word(onClose));
  }

  /** See {@link InftProperty#CLOSE_TIMEOUT}. */
  public InftDataSource closeTimeout(Duration closeTimeout) {
    return with(InftProperty.CLOSE_TIMEOUT, text(InftProperty.CLOSE_TIMEOUT, closeTimeout));
  }

  /** See {@link InftProperty#LINGER}. */
  public InftDataSource linger(Duration linger) {
    return with(InftProperty.LINGER, text(InftProperty.LINGER, linger));
  }

  /** See {@link InftProperty#ANCHOR_TIMEOUT}. */
  public InftDataSource anchorTimeout(Duration anchorTimeout) {
    return with(InftProperty.ANCHOR_TIMEOUT, text(InftProperty.ANCHOR_TIMEOUT, anchorTimeout));
  }

  /** See {@link InftProperty#CONFIRMATIONS}; in blocks. */
  public InftDataSource confirmations(int confirmations) {
    return with(InftProperty.CONFIRMATIONS, Integer.toString(confirmations));
  }

  /** See {@link InftProperty#BUDGET}. */
  public InftDataSource budget(String budget) {
    return with(InftProperty.BUDGET, budget);
  }

  /** See {@link InftProperty#MAX_FEE_PER_HOUR}; in 0G. */
  public InftDataSource maxFeePerHour(BigDecimal maxFeePerHour) {
    return with(InftProperty.MAX_FEE_PER_HOUR, maxFeePerHour.toPlainString());
  }

  /** See {@link InftProperty#MAX_GAS_PRICE}; in gwei. */
  public InftDataSource maxGasPrice(long maxGasPrice) {
    return with(InftProperty.MAX_GAS_PRICE, Long.toString(maxGasPrice));
  }

  /** See {@link InftProperty#MAX_STORAGE_PRICE}; in 0G per GiB. */
  public InftDataSource maxStoragePrice(BigDecimal maxStoragePrice) {
    return with(InftProperty.MAX_STORAGE_PRICE, maxStoragePrice.toPlainString());
  }

  /** See {@link InftProperty#MODE}. */
  public InftDataSource mode(Mode mode) {
    return with(InftProperty.MODE, word(mode));
  }

  /** See {@link InftProperty#REFRESH}. */
  public InftDataSource refresh(Duration refresh) {
    return with(InftProperty.REFRESH, text(InftProperty.REFRESH, refresh));
  }

  /** See {@link InftProperty#FOLLOW}. */
  public InftDataSource follow(Follow follow) {
    return with(InftProperty.FOLLOW, word(follow));
  }

  /** See {@link InftProperty#AT}: the state of a version. */
  public InftDataSource at(long version) {
    return with(InftProperty.AT, Long.toString(version));
  }

  /** See {@link InftProperty#AT}: the state at a time. */
  public InftDataSource at(Instant time) {
    return with(InftProperty.AT, time.toString());
  }

  /** See {@link InftProperty#AT}. */
  public InftDataSource at(String at) {
    return with(InftProperty.AT, at);
  }

  /** See {@link InftProperty#OPEN}. */
  public InftDataSource open(Open open) {
    return with(InftProperty.OPEN, word(open));
  }

  /** See {@link InftProperty#HYDRATE}. */
  public InftDataSource hydrate(boolean hydrate) {
    return with(InftProperty.HYDRATE, Boolean.toString(hydrate));
  }

  /** See {@link InftProperty#PAGE_TIMEOUT}. */
  public InftDataSource pageTimeout(Duration pageTimeout) {
    return with(InftProperty.PAGE_TIMEOUT, text(InftProperty.PAGE_TIMEOUT, pageTimeout));
  }

  /** See {@link InftProperty#EXTENSIONS}. */
  public InftDataSource extensions(String extensions) {
    return with(InftProperty.EXTENSIONS, extensions);
  }

  /** See {@link InftProperty#SUBJECT_KEYS}. */
  public InftDataSource subjectKeys(Path subjectKeys) {
    return with(InftProperty.SUBJECT_KEYS, subjectKeys.toString());
  }

  /** See {@link InftProperty#KDF}. */
  public InftDataSource kdf(String kdf) {
    return with(InftProperty.KDF, kdf);
  }

  /** See {@link InftProperty#ALLOW_WEAK_PASSWORD}. */
  public InftDataSource allowWeakPassword(boolean allowWeakPassword) {
    return with(InftProperty.ALLOW_WEAK_PASSWORD, Boolean.toString(allowWeakPassword));
  }

  /** See {@link InftProperty#RENEW_AFTER}. */
  public InftDataSource renewAfter(Duration renewAfter) {
    return with(InftProperty.RENEW_AFTER, text(InftProperty.RENEW_AFTER, renewAfter));
  }

  /** See {@link InftProperty#PADDING}. */
  public InftDataSource padding(Padding padding) {
    return with(InftProperty.PADDING, word(padding));
  }

  /** See {@link InftProperty#INLINE}. */
  public InftDataSource inline(Inline inline) {
    return with(InftProperty.INLINE, word(inline));
  }

  /** See {@link InftProperty#INLINE_MAX_AGE}. */
  public InftDataSource inlineMaxAge(Duration inlineMaxAge) {
    return with(InftProperty.INLINE_MAX_AGE, text(InftProperty.INLINE_MAX_AGE, inlineMaxAge));
  }

  private InftDataSource with(InftProperty property, String value) {
    set(property, value);
    return this;
  }

  private static String word(Enum<?> choice) {
    return choice.name().toLowerCase(Locale.ROOT);
  }

  private static String text(InftProperty property, Duration duration) {
    if (duration.isNegative()) {
      throw new IllegalArgumentException(
          property.propertyName() + ": " + duration + " is negative");
    }
    return duration.toString();
  }

  private static String list(InftProperty property, URI... addresses) {
    if (addresses.length == 0) {
      throw new IllegalArgumentException(property.propertyName() + ": no address was given");
    }
    StringJoiner all = new StringJoiner(",");
    for (URI one : addresses) {
      if (one.toString().contains(",")) {
        throw new IllegalArgumentException(
            property.propertyName() + ": " + one + " has a comma, which parts addresses");
      }
      all.add(one.toString());
    }
    return all.toString();
  }
}

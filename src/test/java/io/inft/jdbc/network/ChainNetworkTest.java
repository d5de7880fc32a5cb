package io.inft.jdbc.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.bytes.Address;
import io.inft.bytes.SigningKey;
import io.inft.devnet.Anvil;
import io.inft.devnet.TestPackages;
import io.inft.evm.AbiWriter;
import io.inft.evm.Call;
import io.inft.evm.Chain;
import io.inft.evm.ChainSettings;
import io.inft.evm.MemoryJournal;
import io.inft.evm.TransactionSender;
import io.inft.failure.InftException;
import io.inft.failure.SettingException;
import io.inft.failure.WrongChainException;
import io.inft.jdbc.ConnectionOpening;
import io.inft.jdbc.InftDriver;
import io.inft.jdbc.config.InftUrl;
import io.inft.jdbc.config.Surroundings;
import io.inft.registry.DatabaseId;
import io.inft.registry.onchain.OnchainRegistry;
import io.inft.registry.onchain.OnchainSettings;
import io.inft.registry.onchain.RegistryCode;
import io.inft.replica.Engines;
import io.inft.replica.local.Network;
import io.inft.replica.local.WorkingCopy;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the networks on a chain ask for, on a chain without storage nodes. */
class ChainNetworkTest {
  private static final String NOBODY = "http://127.0.0.1:1";

  /** Reverts for four bytes of call data, else answers two empty strings and zero. */
  private static final String GUIDES_CONTRACT =
      "601c600c600039601c6000f3" + "36600414601657606060005260806020526" + "0a06000f35b60006000fd";

  /** Accepts any call and answers nothing. */
  private static final String ACCEPTS_ANYTHING = "6001600c60003960016000f300";

  private static Anvil anvil;
  private static Chain chain;
  private static SigningKey owner;
  private static TransactionSender sender;
  private static Address registry;

  @TempDir Path folder;
  private final Map<String, String> environment = new HashMap<>();
  private final Properties properties = new Properties();

  @BeforeAll
  static void startChain() throws Exception {
    anvil = TestPackages.anvil();
    chain =
        new Chain(
            anvil.rpc(),
            ChainSettings.STANDARD.withTimes(
                Duration.ofSeconds(20), Duration.ofSeconds(5), Duration.ofMillis(20)));
    owner = account();
    sender = new TransactionSender(chain, owner, new MemoryJournal());
    registry = RegistryCode.deploy(sender);
  }

  private static SigningKey account() throws Exception {
    SigningKey key = SigningKey.generate(new SecureRandom());
    anvil.fund(key.address(), BigInteger.TEN.pow(20));
    return key;
  }

  @AfterAll
  static void stopChain() {
    anvil.close();
  }

  /** The guide's environment block as written, with values. */
  @BeforeEach
  void guidesEnvironment() throws Exception {
    environment.put("ZERO_G_RPC", anvil.address().toString());
    environment.put("ZERO_G_STORAGE_CONTRACT", registry.toString());
    environment.put("ZERO_G_PRIVATE_KEY", "0x" + owner.revealHex());
    environment.put("INFT_ENCRYPTION_PASSWORD", "correct horse battery staple");
    properties.setProperty("home", folder.resolve("home").toString());
    properties.setProperty("kdf", "argon2id:m=19456,t=2,p=1");
  }

  @AfterEach
  void end() {
    Engines.endIdle();
  }

  private Network open() throws InftException {
    InftUrl url = InftUrl.parse("jdbc:inft:anything").orElseThrow();
    return ConnectionOpening.target(url, properties, surroundings(), true).network();
  }

  private Surroundings surroundings() {
    return new Surroundings(
        name -> Optional.empty(), name -> Optional.ofNullable(environment.get(name)));
  }

  private Connection connect(String id, SigningKey key) throws SQLException {
    properties.setProperty("network", "custom");
    properties.setProperty("rpc", anvil.address().toString());
    properties.setProperty("indexer", NOBODY);
    properties.setProperty("contract", registry.toString());
    properties.setProperty("privateKey", key.revealHex());
    properties.setProperty("password", "correct horse battery staple");
    return new InftDriver().connect("jdbc:inft:" + id, properties);
  }

  @Test
  void theGuidesFourVariablesAreEnough() throws Exception {
    Network network = open();

    assertThat(network.name()).isEqualTo("galileo");
    assertThat(network.signer()).map(SigningKey::address).contains(owner.address());
    assertThat(network.registry().address()).isEqualTo(registry);
    assertThat(network.registry().chainId()).isEqualTo(16602);
    assertThat(network.syncInterval()).isEqualTo(Duration.ofSeconds(30));
    assertThat(network.registry().inlineMaxAge())
        .as("by the chain, whatever name is given to the network")
        .isEqualTo(Duration.ofMinutes(30));
    assertThat(ChainPreset.ofChain(31337).inlineMaxAge()).isEqualTo(Duration.ofMinutes(10));
    assertThat(network.development()).isFalse();
  }

  @Test
  void theGuidesChainIdIsExplained() {
    environment.put("ZERO_G_CHAIN_ID", "16600");

    assertThatThrownBy(this::open)
        .isInstanceOf(WrongChainException.class)
        .hasMessageContaining("Newton")
        .hasMessageContaining("16661")
        .hasMessageContaining("16602")
        .hasMessageContaining("ZERO_G_CHAIN_ID");
  }

  @Test
  void theChainIdIsPinned() throws Exception {
    environment.put("ZERO_G_CHAIN_ID", "16602");
    assertThat(open().registry().chainId()).isEqualTo(16602);

    environment.put("ZERO_G_CHAIN_ID", "16661");
    assertThatThrownBy(this::open)
        .isInstanceOf(WrongChainException.class)
        .hasMessageContaining("chain id 16661")
        .hasMessageContaining("chain id 16602");
    environment.remove("ZERO_G_CHAIN_ID");
    properties.setProperty("network", "mainnet");
    assertThatThrownBy(this::open)
        .isInstanceOf(WrongChainException.class)
        .hasMessageContaining("network=mainnet");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "http://127.0.0.1:1 | quorum | '' | needs two or more endpoints",
        "http://127.0.0.1:1,ws://127.0.0.1:2 | quorum | '' | a WebSocket is never asked",
        "http://a.example/x,http://a.example/y | quorum | '' | a.example may stand there once",
        "http://a.example,http://A.example | quorum | '' | A.example may stand there once",
        "http://a.example,http://a.example. | quorum | '' | may stand there once",
        "http://a.example,http://a.example:80 | quorum | '' | a.example may stand there once",
        "https://a.example:443,https://a.example | quorum | '' | a.example may stand there once",
        "http://a.example,https://a.example | quorum | '' | a.example may stand there once",
        "http://a.example,http://b.example | quorum | 3 | from 2 to 2 must agree",
        "http://a.example,http://b.example,http://c.example | quorum | 1 | from 2 to 3",
        "http://a.example,http://b.example | one | 2 | set that too",
      })
  void aQuorumThatIsNoneIsRefusedBeforeAnybodyIsAsked(
      String rpc, String trust, String quorum, String words) {
    properties.setProperty("rpc", rpc);
    properties.setProperty("trust", trust);
    properties.setProperty("quorum", quorum);

    assertThatThrownBy(this::open).isInstanceOf(SettingException.class).hasMessageContaining(words);
  }

  @Test
  void theChainIdPicksThePreset() {
    assertThat(ChainPreset.ofChain(16661)).isEqualTo(ChainPreset.MAINNET);
    assertThat(ChainPreset.ofChain(16602)).isEqualTo(ChainPreset.GALILEO);
    assertThat(ChainPreset.ofChain(31337)).isEqualTo(ChainPreset.CUSTOM);
    assertThat(ChainPreset.MAINNET.explorer()).contains("https://chainscan.0g.ai");
  }

  @Test
  void oneContractHasOneSetOfWorkingCopiesWhateverNameWasGiven() throws Exception {
    DatabaseId id = DatabaseId.parse("notes");
    Path home = folder.resolve("home");
    Path asPreset = WorkingCopy.folderOf(home, open(), id);
    properties.setProperty("network", "custom");
    properties.setProperty("indexer", NOBODY);
    assertThat(WorkingCopy.folderOf(home, open(), id)).isEqualTo(asPreset);

    Path begun = WorkingCopy.folderOf(home, "custom", open().registry());
    Files.createDirectories(begun);
    properties.setProperty("indexer", NOBODY + "/2");
    assertThat(WorkingCopy.folderOf(home, open(), id))
        .as("what an earlier release began is gone on with")
        .startsWithRaw(begun);
  }

  @Test
  void saysWhatIsMissing() {
    properties.setProperty("network", "custom");
    assertThatThrownBy(this::open)
        .isInstanceOf(SettingException.class)
        .hasMessageContaining("ZERO_G_INDEXER");
    environment.remove("ZERO_G_STORAGE_CONTRACT");
    assertThatThrownBy(this::open)
        .isInstanceOf(SettingException.class)
        .hasMessageContaining("ZERO_G_STORAGE_CONTRACT")
        .hasMessageContaining("inft registry deploy");
    environment.put("ZERO_G_STORAGE_CONTRACT", "0x12");
    assertThatThrownBy(this::open)
        .isInstanceOf(SettingException.class)
        .hasMessageContaining("'0x12' is no address");
    environment.put("ZERO_G_STORAGE_CONTRACT", registry.toString());
    environment.remove("ZERO_G_RPC");
    assertThatThrownBy(this::open)
        .isInstanceOf(SettingException.class)
        .hasMessageContaining("ZERO_G_RPC");
    environment.put("ZERO_G_RPC", "localhost:8545");
    assertThatThrownBy(this::open)
        .isInstanceOf(SettingException.class)
        .hasMessageContaining("http or https");
  }

  @Test
  void refusesMoreConfirmationsThanAnybodyWaitsFor() {
    properties.setProperty("confirmations", "99999999999");

    assertThatThrownBy(this::open)
        .isInstanceOf(SettingException.class)
        .hasMessageContaining("confirmations");
  }

  @Test
  void withoutAKeyItOnlyReads() throws Exception {
    environment.remove("ZERO_G_PRIVATE_KEY");

    Network network = open();

    assertThat(network.signer()).isEmpty();
    assertThat(network.registry().account()).isEmpty();
  }

  @Test
  void tellsWhatLiesAtTheAddressInsteadOfARegistry() throws Exception {
    environment.put("ZERO_G_STORAGE_CONTRACT", "0x" + "12".repeat(20));
    assertThatThrownBy(this::open)
        .isInstanceOf(SettingException.class)
        .hasMessageContaining("there is no contract at");
    environment.put("ZERO_G_STORAGE_CONTRACT", deployed("a", GUIDES_CONTRACT));
    assertThatThrownBy(this::open)
        .isInstanceOf(SettingException.class)
        .hasMessageContaining("as in the guide")
        .hasMessageContaining("inft registry deploy");
    environment.put("ZERO_G_STORAGE_CONTRACT", deployed("b", ACCEPTS_ANYTHING));
    assertThatThrownBy(this::open)
        .isInstanceOf(SettingException.class)
        .hasMessageContaining("is not a registry of this driver");
  }

  private static String deployed(String purpose, String code) throws Exception {
    Call call = Call.deploying(HexFormat.of().parseHex(code));
    return sender.send(purpose, "deploy", call).contract().orElseThrow().toString();
  }

  @Test
  void anAccountWithoutRightIsToldBeforeAnythingIsPaid() throws Exception {
    OnchainRegistry.open(OnchainSettings.of(registry), chain, sender)
        .register(DatabaseId.parse("somebodys"));
    SigningKey stranger = account();

    assertThatThrownBy(() -> connect("somebodys", stranger))
        .hasFieldOrPropertyWithValue("SQLState", "42501")
        .hasMessageContaining(stranger.address().toString());
    assertThat(chain.minedNonce(stranger.address())).isZero();
  }

  @Test
  void aMistypedIdCostsNothing() throws Exception {
    assertThatThrownBy(() -> connect("mistyped", owner))
        .hasFieldOrPropertyWithValue("SQLState", "3D000")
        .hasMessageContaining("create=true");
  }

  @Test
  void aPointerOfTheGuidesClientIsRecognised() throws Exception {
    OnchainRegistry.open(OnchainSettings.of(registry), chain, sender)
        .register(DatabaseId.parse("inft_12345"));
    byte[] write =
        new AbiWriter()
            .string("inft_12345")
            .string("ab".repeat(32))
            .string("cd".repeat(32))
            .call("updateStoragePointer(string,string,string)");
    sender.send("guide", "write a pointer", Call.of(registry, write));

    assertThatThrownBy(() -> connect("inft_12345", owner))
        .hasFieldOrPropertyWithValue("SQLState", "55000")
        .hasMessageContaining("ab".repeat(32))
        .hasMessageContaining("create=true");
    properties.setProperty("create", "true");
    try (Connection connection = connect("inft_12345", owner);
        Statement statement = connection.createStatement()) {
      statement.execute("select 1");
      assertThat(connection.getWarnings().getMessage()).contains("ab".repeat(32));
    }
  }
}

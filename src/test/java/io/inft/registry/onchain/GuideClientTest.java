package io.inft.registry.onchain;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.inft.bytes.Digest;
import io.inft.bytes.SigningKey;
import io.inft.devnet.Anvil;
import io.inft.devnet.TestPackages;
import io.inft.devnet.TypeScriptPeer;
import io.inft.evm.Chain;
import io.inft.evm.ChainSettings;
import io.inft.evm.MemoryJournal;
import io.inft.evm.TransactionSender;
import io.inft.registry.Anchor;
import io.inft.registry.DatabaseId;
import io.inft.registry.Kind;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The guide's contract calls, made by ethers with the guide's ABI and its gas limit of 150,000,
 * against the registry: after registering, its clients work unchanged.
 */
@Tag("processes")
class GuideClientTest {
  private static final String HASH =
      "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
  private static final String OTHER =
      "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752";
  private static final Map<String, Object> READ = Map.of("call", "read");

  private static Map<String, Object> update(SigningKey key, String hash) {
    return Map.of(
        "call", "update", "key", "0x" + key.revealHex(), "storageHash", hash, "checksum", OTHER);
  }

  private static Digest digest(String text) {
    return Digest.sha256(text.getBytes(StandardCharsets.US_ASCII));
  }

  @Test
  void theGuidesClientWorksUnchangedOnceItsIdIsRegistered() throws Exception {
    try (Anvil anvil = TestPackages.anvil()) {
      Chain chain = new Chain(anvil.rpc(), ChainSettings.STANDARD);
      SigningKey owner = SigningKey.generate(new SecureRandom());
      SigningKey stranger = SigningKey.generate(new SecureRandom());
      anvil.fund(owner.address(), BigInteger.TEN.pow(20));
      anvil.fund(stranger.address(), BigInteger.TEN.pow(20));
      TransactionSender sender = new TransactionSender(chain, owner, new MemoryJournal());
      OnchainSettings settings = OnchainSettings.of(RegistryCode.deploy(sender));
      OnchainRegistry registry = OnchainRegistry.open(settings, chain, sender);
      DatabaseId id = DatabaseId.parse("inft_12345");
      registry.register(id);
      Map<String, Object> target =
          Map.of(
              "rpc", anvil.address().toString(),
              "contract", settings.contract().toString(),
              "id", id.toString());

      JsonNode results =
          calls(
              target,
              List.of(
                  READ,
                  update(owner, HASH),
                  READ,
                  update(owner, "0x" + OTHER),
                  READ,
                  update(stranger, HASH),
                  update(owner, "not a hash")));

      assertThat(results.get(0).path("storageHash").asText()).isEmpty();
      assertThat(results.get(0).path("owner").asText())
          .isEqualToIgnoringCase(owner.address().toString());
      assertThat(results.get(1).path("status").asInt()).isEqualTo(1);
      assertThat(results.get(1).path("gasUsed").asInt()).isLessThan(150_000);
      assertThat(results.get(2).path("storageHash").asText()).isEqualTo(HASH);
      assertThat(results.get(2).path("checksum").asText()).isEqualTo(OTHER);
      assertThat(results.get(2).path("mapping").asBoolean()).isTrue();
      assertThat(results.get(2).path("timestamp").asLong()).isPositive();
      assertThat(results.get(3).path("status").asInt()).isEqualTo(1);
      assertThat(results.get(4).path("storageHash").asText()).isEqualTo(OTHER);
      assertThat(results.get(5).path("reason").asText()).isEqualTo("Not authorized");
      assertThat(results.get(6).path("status").asInt()).isNotEqualTo(1);
      assertThat(registry.head(id).version()).as("pointers are no versions").isZero();

      Anchor first =
          new Anchor(
              1, Digest.ZERO, digest("root"), 100, digest("sum"), 1, digest("keys"), Kind.SNAPSHOT);
      registry.rotateAndAnchor(id, first);
      JsonNode after = calls(target, List.of(READ, update(owner, HASH)));
      assertThat(after.get(0).path("storageHash").asText()).isEqualTo(digest("root").toString());
      assertThat(after.get(0).path("checksum").asText()).isEqualTo(digest("sum").hex());
      assertThat(after.get(1).path("status").asInt()).as("versions move by swap").isNotEqualTo(1);
    }
  }

  private static JsonNode calls(Map<String, Object> target, List<Map<String, Object>> calls)
      throws Exception {
    Map<String, Object> input = new java.util.HashMap<>(target);
    input.put("calls", calls);
    return TypeScriptPeer.guide(input);
  }
}

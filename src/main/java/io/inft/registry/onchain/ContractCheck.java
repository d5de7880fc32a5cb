package io.inft.registry.onchain;

import io.inft.bytes.Address;
import io.inft.bytes.Blob;
import io.inft.bytes.Digest;
import io.inft.evm.AbiReader;
import io.inft.evm.AbiWriter;
import io.inft.evm.Chain;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
import io.inft.failure.RevertedException;
import io.inft.failure.SettingException;
import java.util.Optional;

/** Whether what lies at an address is a registry that this driver can use. */
final class ContractCheck {
  private static final long VERSION = 1;
  private static final int MAX_TEXT_BYTES = 4096;

  private ContractCheck() {}

  static void requireRegistry(Chain chain, long chainId, OnchainSettings settings)
      throws InftException {
    Address contract = settings.contract();
    Optional<Digest> found = chain.codeHash(contract);
    if (found.isEmpty()) {
      throw new SettingException(
          "contract",
          "there is no contract at "
              + contract
              + " on chain "
              + chainId
              + " ("
              + chain.describe()
              + "); give the address of a registry on this chain, or deploy one with 'inft registry"
              + " deploy'");
    }
    if (settings.codeHash().isPresent() && !settings.codeHash().get().equals(found.get())) {
      throw new SettingException(
          "contract",
          "the code at "
              + contract
              + " has hash "
              + found.get()
              + ", not the pinned "
              + settings.codeHash().get()
              + "; do not trust this endpoint, and compare with another");
    }
    if (!found.get().equals(RegistryCode.HASH)) {
      requireVersion(chain, contract);
    }
  }

  private static void requireVersion(Chain chain, Address contract) throws InftException {
    Optional<Long> version = answer(chain, contract, AbiWriter.selector("registryVersion()"));
    if (version.isPresent() && version.get() == VERSION) {
      return;
    }
    if (version.isPresent()) {
      throw new SettingException(
          "contract",
          contract
              + " is a registry of version "
              + version.get()
              + "; this driver knows version "
              + VERSION
              + ": update it");
    }
    throw new SettingException(
        "contract",
        speaksTheGuidesInterface(chain, contract)
            ? contract
                + " is a storage contract as in the guide: it has a pointer for each id, but no"
                + " versions, so two writers could overwrite each other. Deploy the registry with"
                + " 'inft registry deploy' and set contract to its address; it answers the guide's"
                + " calls too, see contracts/README.md"
            : contract + " is not a registry of this driver; check the address");
  }

  private static Optional<Long> answer(Chain chain, Address contract, byte[] call)
      throws InftException {
    try {
      Blob answer = chain.call(contract, call);
      return answer.sizeBytes() == 32
          ? Optional.of(new AbiReader("registryVersion", answer).uint63("version"))
          : Optional.empty();
    } catch (RevertedException | CorruptObjectException notARegistry) {
      return Optional.empty();
    }
  }

  private static boolean speaksTheGuidesInterface(Chain chain, Address contract)
      throws InftException {
    byte[] call = new AbiWriter().string("inft").call("getStoragePointer(string)");
    try {
      AbiReader in = new AbiReader("pointer", chain.call(contract, call));
      in.string("storageHash", MAX_TEXT_BYTES);
      in.string("checksum", MAX_TEXT_BYTES);
      in.uint("timestamp");
      return true;
    } catch (RevertedException | CorruptObjectException otherwise) {
      return false;
    }
  }
}

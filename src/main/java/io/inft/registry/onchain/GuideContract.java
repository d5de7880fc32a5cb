package io.inft.registry.onchain;

import io.inft.bytes.Address;
import io.inft.evm.AbiReader;
import io.inft.evm.AbiWriter;
import io.inft.evm.Chain;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
import io.inft.failure.RevertedException;
import io.inft.failure.SettingException;
import java.util.List;
import java.util.Optional;

/** A storage contract as in the guide, only to be read: a pointer for each name, no versions. */
public final class GuideContract {
  private static final int MAX_TEXT_BYTES = 1024;

  /** The function that its clients call, and the getter that Solidity makes of its mapping. */
  private static final List<String> FUNCTIONS =
      List.of("getStoragePointer(string)", "storagePointers(string)");

  private GuideContract() {}

  /**
   * What a client of the guide wrote; nothing of it is checked.
   *
   * @param timestamp seconds since 1970, the chain's
   */
  public record Pointer(String storageHash, String checksum, long timestamp) {}

  /**
   * Reads a pointer; empty if none was written.
   *
   * @throws SettingException there is no such contract
   */
  public static Optional<Pointer> pointer(Chain chain, Address contract, String id)
      throws InftException {
    if (!chain.hasCode(contract)) {
      throw new SettingException(
          "contract", "there is no contract at " + contract + " (" + chain.describe() + ")");
    }
    for (String function : FUNCTIONS) {
      try {
        AbiReader in =
            new AbiReader(
                "pointer", chain.call(contract, new AbiWriter().string(id).call(function)));
        String storageHash = in.string("storageHash", MAX_TEXT_BYTES);
        String checksum = in.string("checksum", MAX_TEXT_BYTES);
        long timestamp = in.uint63("timestamp");
        return storageHash.isEmpty() && checksum.isEmpty()
            ? Optional.empty()
            : Optional.of(new Pointer(storageHash, checksum, timestamp));
      } catch (RevertedException | CorruptObjectException notThisOne) {
        // the other name may be known there
      }
    }
    throw new SettingException(
        "contract", contract + " has no pointers as the guide's contract has; check the address");
  }
}

package io.inft.registry.onchain;

import io.inft.bytes.Address;
import io.inft.bytes.Blob;
import io.inft.evm.AbiReader;
import io.inft.evm.Call;
import io.inft.evm.Chain;
import io.inft.evm.Revert;
import io.inft.failure.InftException;
import io.inft.failure.RevertedException;
import io.inft.failure.RpcErrorException;
import io.inft.registry.Registry.AnchorRequest;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Runs a batch without sending it, as its account. */
final class BatchCheck {
  private final Chain chain;
  private final Address contract;
  private final Patience patience;

  BatchCheck(Chain chain, Address contract, Patience patience) {
    this.chain = chain;
    this.contract = contract;
    this.patience = patience;
  }

  /** The most gas that a transaction can have here. */
  long transactionLimit() throws InftException {
    return patience.ask("read the gas limit of a block", chain::blockGasLimit);
  }

  /** Which items would be anchored; empty if the gas is not enough. */
  Optional<BitSet> accepted(List<AnchorRequest> items, Address account, long gas)
      throws InftException {
    Call call = Call.of(contract, RegistryCalls.anchorMany(items));
    return patience.ask(
        "check " + items.size() + " versions",
        () -> {
          try {
            return Optional.of(mask(chain.call(account, call, gas)));
          } catch (RevertedException e) {
            if (isStarved(e)) {
              return Optional.empty();
            }
            throw e;
          } catch (RpcErrorException e) {
            if (e.reason().toLowerCase(Locale.ROOT).contains("gas")) { // not all call it a revert
              return Optional.empty();
            }
            throw e;
          }
        });
  }

  /** The contract says so, or ran out of gas before it could say anything. */
  private static boolean isStarved(RevertedException reverted) {
    String hex = reverted.data();
    Blob data = Blob.of(HexFormat.of().parseHex(hex, 2, hex.length()));
    return data.isEmpty() || new Revert(data).is("NotEnoughGas()");
  }

  /** The item with number 0 has the lowest bit. */
  private static BitSet mask(Blob answer) throws InftException {
    byte[] bigEndian = new AbiReader("accepted items", answer).uint("accepted").toByteArray();
    byte[] littleEndian = new byte[bigEndian.length];
    for (int i = 0; i < bigEndian.length; i++) {
      littleEndian[i] = bigEndian[bigEndian.length - 1 - i];
    }
    return BitSet.valueOf(littleEndian);
  }
}

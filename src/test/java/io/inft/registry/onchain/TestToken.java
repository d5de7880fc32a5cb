package io.inft.registry.onchain;

import io.inft.bytes.Address;
import io.inft.evm.AbiWriter;
import io.inft.evm.Call;
import io.inft.evm.TransactionSender;
import java.math.BigInteger;
import java.util.HexFormat;

/**
 * The least NFT contract: {@code ownerOf(uint256)}, which reverts for tokens without an owner, and
 * {@code set(uint256,address)} for anybody.
 */
public final class TestToken {
  /** A call of 68 bytes stores its second argument under its first; any other reads. */
  private static final byte[] CREATION_CODE =
      HexFormat.of()
          .parseHex(
              "6027600c60003960276000f3" // return what follows
                  + "36604414601e57" // 68 bytes: to the end
                  + "60043554801560185760005260206000f3" // answer what is stored unless zero
                  + "5b60006000fd" // revert
                  + "5b6024356004355500"); // store, stop

  private final TransactionSender sender;
  private final Address contract;
  private int calls;

  private TestToken(TransactionSender sender, Address contract) {
    this.sender = sender;
    this.contract = contract;
  }

  public static TestToken deploy(TransactionSender sender) throws Exception {
    return new TestToken(
        sender,
        sender
            .send("deploy token", "deploy", Call.deploying(CREATION_CODE))
            .contract()
            .orElseThrow());
  }

  public Address contract() {
    return contract;
  }

  public void set(BigInteger token, Address owner) throws Exception {
    byte[] data = new AbiWriter().uint(token).address(owner).call("set(uint256,address)");
    sender.send("set " + ++calls, "move a token", Call.of(contract, data));
  }
}

package io.inft.registry.onchain;

import io.inft.bytes.Address;
import io.inft.evm.AbiWriter;
import io.inft.evm.Call;
import io.inft.evm.TransactionSender;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;

/** An NFT contract with one owner for all tokens, and moods in which asking for it is dear. */
final class HostileToken {
  static final int HONEST = 0;

  /** Burns whatever gas it gets. */
  static final int BURNING = 1;

  /** Burns it in a transaction, and is honest where nobody pays: in calls and estimates. */
  static final int TWO_FACED = 2;

  /** A call of 36 bytes asks; any other stores its second word under its first one. */
  private static final byte[] CREATION_CODE =
      HexFormat.of()
          .parseHex(
              "602d600c600039602d6000f3" // return what follows
                  + "36602414600e57" // 36 bytes: to the question
                  + "6020355f355500" // store, stop
                  + "5b6001548060011460" // the mood: if BURNING
                  + "2b57600214" // burn; if TWO_FACED
                  + "3a151516602b57" // and the gas has a price, burn
                  + "5f545f5260205ff3" // answer the owner
                  + "5bfe"); // burn

  private final TransactionSender sender;
  private final Address contract;
  private int calls;

  private HostileToken(TransactionSender sender, Address contract) {
    this.sender = sender;
    this.contract = contract;
  }

  static HostileToken deploy(TransactionSender sender, Address owner) throws Exception {
    HostileToken token =
        new HostileToken(
            sender,
            sender
                .send("deploy hostile token", "deploy", Call.deploying(CREATION_CODE))
                .contract()
                .orElseThrow());
    token.store(new AbiWriter().uint(BigInteger.ZERO).address(owner));
    return token;
  }

  Address contract() {
    return contract;
  }

  void become(int mood) throws Exception {
    store(new AbiWriter().uint(BigInteger.ONE).uint(BigInteger.valueOf(mood)));
  }

  private void store(AbiWriter words) throws Exception {
    byte[] call = words.call("any()");
    byte[] withoutName = Arrays.copyOfRange(call, 4, call.length);
    sender.send("store " + ++calls, "change a token", Call.of(contract, withoutName));
  }
}

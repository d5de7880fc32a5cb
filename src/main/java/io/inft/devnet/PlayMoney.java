package io.inft.devnet;

import io.inft.bytes.Address;
import io.inft.failure.InftException;
import io.inft.failure.SettingException;
import io.inft.rpc.JsonFields;
import io.inft.rpc.JsonRpc;
import io.inft.rpc.RpcSettings;
import java.math.BigInteger;
import java.net.URI;

/** Money on a development chain, which anybody may make. */
public final class PlayMoney {
  private PlayMoney() {}

  /**
   * Gives an account so much more than it has.
   *
   * @param rpc of anvil
   * @return what the account has now, in wei
   * @throws SettingException another program answers there
   */
  public static BigInteger give(URI rpc, Address account, BigInteger wei) throws InftException {
    JsonRpc chain = JsonRpc.at(rpc, RpcSettings.STANDARD);
    String program = chain.call("web3_clientVersion").asText();
    if (!program.startsWith("anvil/")) {
      throw new SettingException(
          "rpc",
          "only a development chain gives money away, and at "
              + rpc
              + " answers '"
              + program
              + "'; on Galileo https://faucet.0g.ai gives some, on mainnet it must be sent by"
              + " somebody who has some");
    }
    BigInteger now = balance(chain, account).add(wei);
    chain.call("anvil_setBalance", account.toString(), "0x" + now.toString(16));
    return balance(chain, account);
  }

  private static BigInteger balance(JsonRpc chain, Address account) throws InftException {
    return JsonFields.quantity(
        "balance", chain.call("eth_getBalance", account.toString(), "latest"));
  }
}

package io.inft.evm;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.bytes.Address;
import io.inft.bytes.SigningKey;
import java.math.BigInteger;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Also run against the driver's jar, where web3j has another package name (src/it/driver). */
class TransactionSignerTest {
  /** The key, the transaction and the answer of EIP-155's example. */
  private static final SigningKey KEY = SigningKey.parse("46".repeat(32));

  private static final Call CALL =
      Call.paying(Address.parse("0x" + "35".repeat(20)), BigInteger.TEN.pow(18), new byte[0]);
  private static final BigInteger GAS = BigInteger.valueOf(21_000);
  private static final BigInteger PRICE = BigInteger.valueOf(20_000_000_000L);

  private final TransactionSigner signer = new TransactionSigner(KEY);

  private static String hex(SignedTransaction signed) {
    return HexFormat.of().formatHex(signed.raw().toBytes());
  }

  @Test
  void signsTheExampleOfEip155() {
    SignedTransaction signed =
        signer.sign("", KEY, 1, 9, GAS, CALL, new Fees(PRICE, Optional.empty()), 0);

    assertThat(hex(signed))
        .isEqualTo(
            "f86c098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a76400008025"
                + "a028ef61340bd939bc2195fe537567866003e1a15d3c71ff63e1590620aa636276"
                + "a067cbe9d8997f761aecb703304b3800ccf555c9f3dc64214b297fb1966a3b6d83");
  }

  @Test
  void signsWithATipAndAgainWithOtherFees() {
    Fees fees = new Fees(PRICE, Optional.of(BigInteger.TWO));
    SignedTransaction signed = signer.sign("", KEY, 16_661, 9, GAS, CALL, fees, 0);

    assertThat(hex(signed))
        .startsWith("02f87182411509028504a817c80082520894" + "35".repeat(20))
        .endsWith(
            "880de0b6b3a764000080c080"
                + "a0a8497c2b272708ea94e391ab7974cc62b6ef21c583767ad18fce1b8d54f4a4ce"
                + "a072baca2064597c943f2896d0297b51b49a5469678ff3d7269bf1d834e073e5e6");
    SignedTransaction again = signer.again(signed, KEY, fees.raised());
    assertThat(again).isEqualTo(signer.sign("", KEY, 16_661, 9, GAS, CALL, fees.raised(), 1));
    assertThat(signer.again(again, KEY, fees).hash()).isEqualTo(signed.hash());
  }

  @Test
  void deploys() {
    Fees fees = new Fees(PRICE, Optional.of(BigInteger.TWO));
    Call deploying = Call.deploying(new byte[] {1, 2, 3});

    SignedTransaction signed = signer.sign("", KEY, 16_661, 0, GAS, deploying, fees, 0);

    assertThat(hex(signed)).startsWith("02f8").contains("80" + "80" + "83010203" + "c0");
    assertThat(signer.again(signed, KEY, fees).hash()).isEqualTo(signed.hash());
  }
}

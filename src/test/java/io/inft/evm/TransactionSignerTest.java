package io.inft.evm;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.bytes.Address;
import io.inft.bytes.Digest;
import io.inft.bytes.SigningKey;
import java.math.BigInteger;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.web3j.crypto.SignedRawTransaction;
import org.web3j.crypto.TransactionDecoder;
import org.web3j.utils.Numeric;

class TransactionSignerTest {
  private static final SigningKey KEY = SigningKey.parse("5".repeat(64));
  private static final long CHAIN = 16602;
  private static final BigInteger GAS = BigInteger.valueOf(500_000);

  static Stream<Call> calls() {
    Address to = Address.parse("0x" + "ab".repeat(20));
    return Stream.of(
        Call.of(to, new byte[] {1, 2, 3}),
        Call.paying(to, BigInteger.valueOf(77), new byte[0]),
        Call.deploying(new byte[] {9, 9}));
  }

  @ParameterizedTest
  @MethodSource("calls")
  void aReplacementIsTheSameTransactionWithOtherFees(Call call) throws Exception {
    TransactionSigner signer = new TransactionSigner(KEY);
    for (Optional<BigInteger> tip :
        Stream.of(Optional.of(BigInteger.TWO), Optional.<BigInteger>empty()).toList()) {
      Fees fees = new Fees(BigInteger.valueOf(1000), tip);
      SignedTransaction first = signer.sign("a purpose", KEY, CHAIN, 7, GAS, call, fees, 0);
      SignedTransaction again = signer.again(first, KEY, fees.raised());

      assertThat(again)
          .isEqualTo(signer.sign("a purpose", KEY, CHAIN, 7, GAS, call, fees.raised(), 1));
      assertThat(again.hash()).isNotEqualTo(first.hash());
      assertThat(first.hash()).isEqualTo(Digest.keccak256(first.raw().toBytes()));
      SignedRawTransaction decoded =
          (SignedRawTransaction)
              TransactionDecoder.decode(Numeric.toHexString(again.raw().toBytes()));
      assertThat(Address.parse(decoded.getFrom())).isEqualTo(KEY.address());
      assertThat(decoded.getNonce()).isEqualTo(7);
    }
  }
}

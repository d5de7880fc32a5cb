package io.inft.evm;

import io.inft.bytes.Address;
import io.inft.bytes.Blob;
import io.inft.bytes.BouncyCastleStart;
import io.inft.bytes.Digest;
import io.inft.bytes.SigningKey;
import java.math.BigInteger;
import java.util.HexFormat;
import java.util.Optional;
import org.web3j.crypto.Credentials;
import org.web3j.crypto.RawTransaction;
import org.web3j.crypto.TransactionDecoder;
import org.web3j.crypto.TransactionEncoder;

/** Signs transactions with web3j, which is loaded when the first one is signed. */
final class TransactionSigner {
  private final Credentials credentials;

  TransactionSigner(SigningKey key) {
    BouncyCastleStart.now();
    credentials = Credentials.create(key.revealHex());
  }

  SignedTransaction sign(
      String purpose,
      SigningKey key,
      long chainId,
      long nonce,
      BigInteger gasLimit,
      Call call,
      Fees fees,
      int replaced) {
    String to = call.to().map(Object::toString).orElse("");
    String data = HexFormat.of().formatHex(call.data().toBytes());
    BigInteger nonceNumber = BigInteger.valueOf(nonce);
    byte[] raw =
        fees.tipWei().isPresent()
            ? TransactionEncoder.signMessage(
                RawTransaction.createTransaction(
                    chainId,
                    nonceNumber,
                    gasLimit,
                    to,
                    call.valueWei(),
                    data,
                    fees.tipWei().get(),
                    fees.maxWei()),
                credentials)
            : TransactionEncoder.signMessage(
                RawTransaction.createTransaction(
                    nonceNumber, fees.maxWei(), gasLimit, to, call.valueWei(), data),
                chainId,
                credentials);
    return new SignedTransaction(
        purpose,
        chainId,
        key.address(),
        nonce,
        Digest.keccak256(raw),
        Blob.of(raw),
        fees,
        replaced);
  }

  /** The same transaction with other fees, read from its own bytes. */
  SignedTransaction again(SignedTransaction before, SigningKey key, Fees fees) {
    RawTransaction decoded =
        TransactionDecoder.decode("0x" + HexFormat.of().formatHex(before.raw().toBytes()));
    String to = decoded.getTo();
    String data = decoded.getData();
    Call call =
        new Call(
            to == null || to.length() < 42 ? Optional.empty() : Optional.of(Address.parse(to)),
            decoded.getValue(),
            Blob.of(HexFormat.of().parseHex(data.startsWith("0x") ? data.substring(2) : data)));
    return sign(
        before.purpose(),
        key,
        before.chainId(),
        before.nonce(),
        decoded.getGasLimit(),
        call,
        fees,
        before.replaced() + 1);
  }
}

package io.inft.registry.onchain;

import io.inft.bytes.Address;
import io.inft.bytes.Digest;
import io.inft.evm.AbiReader;
import io.inft.evm.BlockHeader;
import io.inft.evm.Chain;
import io.inft.evm.ProvenState;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
import io.inft.registry.DatabaseId;
import io.inft.registry.RunningHashes;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The record of an id, read from the contract's storage by proof. Where its fields lie is in {@code
 * registry.md}, and held by the contract's own tests.
 */
final class ProvenRecord {
  /** The mapping of records. */
  private static final long RECORDS = 0;

  private static final int SLOTS = 10;
  private static final int WORD_BITS = 256;
  private static final int ADDRESS_BITS = 160;

  private ProvenRecord() {}

  /** Empty where nobody gives proofs. */
  static Optional<RecordState> read(
      Chain chain, OnchainSettings settings, DatabaseId id, BlockHeader block)
      throws InftException {
    Optional<ProvenState> proven = chain.proven(settings.contract(), slots(id), block);
    if (proven.isEmpty()) {
      return Optional.empty();
    }
    Digest code = settings.codeHash().orElse(RegistryCode.HASH);
    if (!proven.get().codeHash().equals(code)) {
      throw new CorruptObjectException(
          "contract " + settings.contract(),
          0,
          "has code with hash " + proven.get().codeHash() + " by proof, expected " + code);
    }
    RecordState record = parse(proven.get().words());
    if (record.mode() != RecordState.BOUND) {
      return Optional.of(record);
    }
    // Whose the token is stands in another contract, of which nobody knows where.
    byte[] question = RegistryCalls.withId("ownerOfId", id);
    return Optional.of(
        record.ownedBy(
            new AbiReader("owner of '" + id + "'", chain.call(settings.contract(), question, block))
                .address("owner")));
  }

  private static List<Digest> slots(DatabaseId id) {
    Digest first =
        Digest.keccak256(new RunningHashes.AbiWords().word(id.hash()).word(RECORDS).toBytes());
    BigInteger base = new BigInteger(1, first.toBytes());
    List<Digest> slots = new ArrayList<>();
    for (int i = 0; i < SLOTS; i++) {
      BigInteger slot = base.add(BigInteger.valueOf(i)).mod(BigInteger.ONE.shiftLeft(WORD_BITS));
      slots.add(Digest.of(new RunningHashes.AbiWords().word(slot).toBytes()));
    }
    return slots;
  }

  private static RecordState parse(List<Digest> words) {
    Digest rights = words.get(0);
    Digest newest = words.get(4);
    Address owner = address(rights);
    return new RecordState(
        owner,
        owner,
        (int) bits(rights, 240, 8),
        (int) bits(rights, 248, 8),
        bits(newest, 0, 63),
        bits(newest, 112, 48),
        (int) bits(rights, 216, 24),
        bits(newest, 255, 1) != 0,
        words.get(2),
        words.get(1),
        words.get(5),
        words.get(6),
        bits(rights, 160, 32),
        bits(words.get(9), ADDRESS_BITS, 48),
        address(words.get(9)),
        bits(words.get(7), ADDRESS_BITS, 48));
  }

  private static Address address(Digest word) {
    return Address.parse(word.hex().substring(2 * (Digest.BYTES - Address.BYTES)));
  }

  /** So many bits from one on, counted from the lowest. */
  private static long bits(Digest word, int from, int count) {
    BigInteger mask = BigInteger.ONE.shiftLeft(count).subtract(BigInteger.ONE);
    return new BigInteger(1, word.toBytes()).shiftRight(from).and(mask).longValueExact();
  }
}

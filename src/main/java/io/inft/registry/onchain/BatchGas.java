package io.inft.registry.onchain;

import io.inft.bytes.Blob;
import io.inft.registry.Registry.AnchorRequest;
import java.util.ArrayList;
import java.util.List;

/**
 * What a batch of anchors is given, counted item by item and not estimated as a whole: an NFT's
 * contract decides what it burns, and may burn more in the block than it did in an estimate. Each
 * item has what the dearest one of its mode can take, so none can take it from the others. Pure.
 */
final class BatchGas {
  /** EIP-7825: no transaction has more. */
  static final long MAX_TRANSACTION_GAS = 16_777_216;

  /** Pools take 128 KiB a transaction; the rest is for signature, fees and address. */
  static final int MAX_CALL_BYTES = 127 * 1024;

  private static final long TRANSACTION = 21_000;
  private static final long CALL_HEAD_BYTES = 132;

  /** By a WRITER with an interval it takes 38,000, a quarter of which is added. */
  private static final long ITEM = 48_000;

  /** Of an NFT's id, on top: the 65,000 that must be left for its contract, and looking it up. */
  private static final long ASKING_AN_NFT = 77_000;

  private static final long ITEM_BYTES = 9 * 32;
  private static final long OBJECT_HEAD_BYTES = 2 * 32;

  /** Copy, SHA-256 and log take 9 a byte. */
  private static final long OBJECT_BYTE = 12;

  /** As if no byte were zero. The second one is the floor of EIP-7623. */
  private static final long CALL_BYTE = 16;

  private static final long CALL_BYTE_AT_LEAST = 40;

  private BatchGas() {}

  /** A transaction's gas with these items. */
  static long of(List<AnchorRequest> items) {
    Sum sum = new Sum();
    items.forEach(sum::add);
    return sum.gas();
  }

  /**
   * Places in the list, one transaction each, in order. An item that takes more than one may is in
   * none of them.
   *
   * @param itemLimit the most that one item may take, with the call data around it
   * @param transactionLimit the most that one transaction may have
   */
  static List<List<Integer>> split(
      List<AnchorRequest> items, long itemLimit, long transactionLimit) {
    long most = Math.min(transactionLimit, MAX_TRANSACTION_GAS);
    List<List<Integer>> groups = new ArrayList<>();
    Sum sum = new Sum();
    List<Integer> group = new ArrayList<>();
    for (int place = 0; place < items.size(); place++) {
      AnchorRequest item = items.get(place);
      if (of(List.of(item)) > Math.min(itemLimit, most)) {
        continue;
      }
      Sum with = sum.with(item);
      if (with.gas() > most || with.bytes > MAX_CALL_BYTES) {
        groups.add(group);
        group = new ArrayList<>();
        with = new Sum().with(item);
      }
      sum = with;
      group.add(place);
    }
    if (!group.isEmpty()) {
      groups.add(group);
    }
    return groups;
  }

  /**
   * The longest object that may go along with one anchor.
   *
   * @param itemLimit the most gas that this may take; of an NFT's id too
   */
  static int maxObjectBytes(long itemLimit) {
    long call = CALL_HEAD_BYTES + ITEM_BYTES + OBJECT_HEAD_BYTES + 31;
    long executed = itemLimit - TRANSACTION - ITEM - ASKING_AN_NFT - CALL_BYTE * call;
    long atLeast = itemLimit - TRANSACTION - CALL_BYTE_AT_LEAST * call;
    long most = Math.min(executed / (OBJECT_BYTE + CALL_BYTE), atLeast / CALL_BYTE_AT_LEAST);
    return (int) Math.max(0, Math.min(most, AnchorRequest.MAX_OBJECT_BYTES));
  }

  private static final class Sum {
    private long bytes = CALL_HEAD_BYTES;
    private long execution;

    void add(AnchorRequest item) {
      long object = item.object().map(Blob::sizeBytes).orElse(0);
      long words = (object + 31) / 32;
      bytes += ITEM_BYTES + OBJECT_HEAD_BYTES + 32 * words;
      execution += ITEM + OBJECT_BYTE * object;
      if (item.id().token().isPresent()) {
        execution += ASKING_AN_NFT;
      }
    }

    Sum with(AnchorRequest item) {
      Sum more = new Sum();
      more.bytes = bytes;
      more.execution = execution;
      more.add(item);
      return more;
    }

    long gas() {
      return TRANSACTION + Math.max(execution + CALL_BYTE * bytes, CALL_BYTE_AT_LEAST * bytes);
    }
  }
}

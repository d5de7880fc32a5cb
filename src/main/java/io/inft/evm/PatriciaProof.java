package io.inft.evm;

import io.inft.bytes.Blob;
import io.inft.bytes.BouncyCastleStart;
import io.inft.bytes.Digest;
import io.inft.failure.CorruptObjectException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.web3j.rlp.RlpDecoder;
import org.web3j.rlp.RlpList;
import org.web3j.rlp.RlpString;
import org.web3j.rlp.RlpType;

/**
 * Follows a key through a Merkle-Patricia trie from its root, by the nodes that somebody hands out
 * for it (Ethereum's yellow paper, appendix D). Every node must have the hash that the one above it
 * names, so that nobody can make one up: neither a value nor that there is none.
 */
final class PatriciaProof {
  /** Nibbles of a hashed key, and so the most nodes on its way. */
  private static final int MAX_NODES = 64;

  private static final int MAX_NODE_BYTES = 2048;
  private static final int BRANCHES = 16;

  /** The root of a trie in which nothing is. */
  private static final Digest EMPTY = Digest.keccak256(new byte[] {(byte) 0x80});

  private final String what;
  private final byte[] path;
  private final List<Blob> nodes;

  // Mutable state.
  private int walked;
  private int used;

  private PatriciaProof(String what, Digest hashedKey, List<Blob> nodes) {
    this.what = what;
    this.path = nibbles(hashedKey.toBytes());
    this.nodes = nodes;
  }

  /**
   * What the trie has for a key.
   *
   * @param what names the proof, for messages
   * @param key as it was before it was hashed
   * @param nodes from the root down
   * @return the value as the trie holds it; empty if the nodes prove that there is none
   * @throws CorruptObjectException the nodes do not lead from this root to an answer
   */
  static Optional<byte[]> value(String what, Digest root, byte[] key, List<Blob> nodes)
      throws CorruptObjectException {
    if (root.equals(EMPTY)) {
      return Optional.empty();
    }
    if (nodes.size() > MAX_NODES) {
      throw new CorruptObjectException(what, 0, "has more nodes than a key has digits");
    }
    return new PatriciaProof(what, Digest.keccak256(key), nodes).follow(root);
  }

  private Optional<byte[]> follow(Digest root) throws CorruptObjectException {
    RlpList node = named(root);
    while (true) {
      List<RlpType> items = node.getValues();
      RlpType next;
      if (items.size() == BRANCHES + 1) {
        if (walked == path.length) {
          return Optional.of(bytes(items.get(BRANCHES))).filter(value -> value.length > 0);
        }
        next = items.get(path[walked++]);
      } else if (items.size() == 2) {
        byte[] part = bytes(items.get(0));
        if (part.length == 0) {
          throw corrupt("has a node without a path");
        }
        boolean isLeaf = (part[0] & 0x20) != 0;
        byte[] digits = digits(part);
        boolean matches =
            walked + digits.length <= path.length
                && Arrays.equals(digits, 0, digits.length, path, walked, walked + digits.length);
        if (!matches || (isLeaf && walked + digits.length != path.length)) {
          return Optional.empty();
        }
        if (isLeaf) {
          return Optional.of(bytes(items.get(1)));
        }
        walked += digits.length;
        next = items.get(1);
      } else {
        throw corrupt("has a node of " + items.size() + " parts");
      }
      if (next instanceof RlpList embedded) {
        node = embedded; // shorter than a hash, so it stands in its place
        continue;
      }
      byte[] reference = bytes(next);
      if (reference.length == 0) {
        return Optional.empty();
      }
      if (reference.length != Digest.BYTES) {
        throw corrupt("has a node that names none");
      }
      node = named(Digest.of(reference));
    }
  }

  /** The next node, which must be the one of this hash. */
  private RlpList named(Digest hash) throws CorruptObjectException {
    if (used == nodes.size()) {
      throw corrupt("ends before an answer");
    }
    Blob node = nodes.get(used++);
    byte[] bytes = node.toBytes();
    if (bytes.length > MAX_NODE_BYTES || !Digest.keccak256(bytes).equals(hash)) {
      throw corrupt("has another node " + (used - 1) + " than the one above it names");
    }
    if (decoded(what, bytes) instanceof RlpList list) {
      return list;
    }
    throw corrupt("has a node that is no list");
  }

  /**
   * One value in RLP.
   *
   * @throws CorruptObjectException it is none
   */
  static RlpType decoded(String what, byte[] bytes) throws CorruptObjectException {
    BouncyCastleStart.now();
    try {
      List<RlpType> values = RlpDecoder.decode(bytes).getValues();
      if (values.size() == 1) {
        return values.get(0);
      }
    } catch (RuntimeException malformed) {
      CorruptObjectException corrupt = new CorruptObjectException(what, 0, "is no RLP");
      corrupt.addSuppressed(malformed);
      throw corrupt;
    }
    throw new CorruptObjectException(what, 0, "is not one value in RLP");
  }

  private byte[] bytes(RlpType item) throws CorruptObjectException {
    if (item instanceof RlpString string) {
      return string.getBytes();
    }
    throw corrupt("has a list where bytes must be");
  }

  /** The nibbles of a node's part of the path: its first one says whether their number is odd. */
  private static byte[] digits(byte[] part) {
    byte[] all = nibbles(part);
    return Arrays.copyOfRange(all, (part[0] & 0x10) != 0 ? 1 : 2, all.length);
  }

  private static byte[] nibbles(byte[] bytes) {
    byte[] nibbles = new byte[2 * bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      nibbles[2 * i] = (byte) ((bytes[i] >> 4) & 0x0f);
      nibbles[2 * i + 1] = (byte) (bytes[i] & 0x0f);
    }
    return nibbles;
  }

  private CorruptObjectException corrupt(String reason) {
    return new CorruptObjectException(what, 0, reason);
  }
}

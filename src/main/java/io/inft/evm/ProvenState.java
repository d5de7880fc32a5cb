package io.inft.evm;

import com.fasterxml.jackson.databind.JsonNode;
import io.inft.bytes.Address;
import io.inft.bytes.Blob;
import io.inft.bytes.BouncyCastleStart;
import io.inft.bytes.Digest;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
import io.inft.failure.RpcErrorException;
import io.inft.rpc.JsonFields;
import io.inft.rpc.JsonRpc;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.web3j.rlp.RlpEncoder;
import org.web3j.rlp.RlpList;
import org.web3j.rlp.RlpString;
import org.web3j.rlp.RlpType;

/**
 * Words of a contract's storage in one block, proven: whoever knows the block's hash need not
 * believe who handed them out.
 *
 * @param codeHash Keccak-256 of the contract's code
 * @param words of the slots that were asked for, in their order; a slot that was never written is
 *     zero
 */
public record ProvenState(Digest codeHash, List<Digest> words) {
  private static final int MAX_NODES = 64;
  private static final int ACCOUNT_PARTS = 4;

  /** Parts of a header that stand in every block, and those that came with later forks. */
  private static final List<String> ALWAYS =
      List.of(
          "parentHash",
          "sha3Uncles",
          "miner",
          "stateRoot",
          "transactionsRoot",
          "receiptsRoot",
          "logsBloom",
          "#difficulty",
          "#number",
          "#gasLimit",
          "#gasUsed",
          "#timestamp",
          "extraData",
          "mixHash",
          "nonce");

  private static final List<String> LATER =
      List.of(
          "#baseFeePerGas",
          "withdrawalsRoot",
          "#blobGasUsed",
          "#excessBlobGas",
          "parentBeaconBlockRoot",
          "requestsHash");

  public ProvenState {
    words = List.copyOf(words);
  }

  /**
   * Asks one endpoint, and believes it nothing but what follows from the block's hash.
   *
   * @throws CorruptObjectException it does not follow
   * @throws io.inft.failure.RpcErrorException the endpoint gives no proofs
   */
  static ProvenState ask(JsonRpc rpc, Address contract, List<Digest> slots, BlockHeader block)
      throws InftException {
    Digest stateRoot = stateRoot(rpc, block);
    List<String> keys = slots.stream().map(Digest::toString).toList();
    JsonFields answer =
        new JsonFields(
            "proof",
            rpc.call("eth_getProof", contract.toString(), keys, Chain.hex(block.number())));
    String what = "proof that " + rpc.describe() + " sent";
    byte[] account =
        PatriciaProof.value(what, stateRoot, contract.toBytes(), nodes(answer, "accountProof"))
            .orElseThrow(() -> new CorruptObjectException(what, 0, "is of no contract"));
    if (!(PatriciaProof.decoded(what, account) instanceof RlpList parts)
        || parts.getValues().size() != ACCOUNT_PARTS) {
      throw new CorruptObjectException(what, 0, "holds no account");
    }
    Digest storageRoot = digest(what, parts.getValues().get(2));
    Digest codeHash = digest(what, parts.getValues().get(3));
    JsonNode proofs = answer.array("storageProof", slots.size());
    List<Digest> words = new ArrayList<>();
    for (int i = 0; i < slots.size(); i++) {
      if (proofs.get(i) == null) {
        throw new CorruptObjectException(what, 0, "leaves slots out");
      }
      words.add(
          word(
              what,
              PatriciaProof.value(
                  what,
                  storageRoot,
                  slots.get(i).toBytes(),
                  nodes(new JsonFields("storage proof", proofs.get(i)), "proof"))));
    }
    return new ProvenState(codeHash, words);
  }

  /** The root that a header names whose parts have the block's hash. */
  private static Digest stateRoot(JsonRpc rpc, BlockHeader block) throws InftException {
    JsonNode found = rpc.call("eth_getBlockByHash", block.hash().toString(), false);
    if (found.isNull()) {
      throw new CorruptObjectException("header", 0, "is not there");
    }
    BouncyCastleStart.now();
    JsonFields header = new JsonFields("header", found);
    List<RlpType> parts = new ArrayList<>();
    for (String name : ALWAYS) {
      parts.add(part(header, name));
    }
    for (String name : LATER) {
      if (!found.hasNonNull(name.replace("#", ""))) {
        break;
      }
      parts.add(part(header, name));
    }
    Digest hash = Digest.keccak256(RlpEncoder.encode(new RlpList(parts)));
    if (!hash.equals(block.hash())) {
      // A lie, or a fork of the chain with parts that are not known here: no proof, then.
      throw new RpcErrorException(
          rpc.describe(), "eth_getBlockByHash", 0, "its parts have hash " + hash, null);
    }
    return header.digest("stateRoot");
  }

  /** A name with a # is a number, which has no leading zeros. */
  private static RlpString part(JsonFields header, String name) throws CorruptObjectException {
    return name.startsWith("#")
        ? RlpString.create(header.quantity(name.substring(1)))
        : RlpString.create(header.hex(name).toBytes());
  }

  private static List<Blob> nodes(JsonFields fields, String name) throws CorruptObjectException {
    List<Blob> nodes = new ArrayList<>();
    for (JsonNode node : fields.array(name, MAX_NODES)) {
      nodes.add(JsonFields.hex("node", node));
    }
    return nodes;
  }

  private static Digest digest(String what, RlpType part) throws CorruptObjectException {
    if (part instanceof RlpString string && string.getBytes().length == Digest.BYTES) {
      return Digest.of(string.getBytes());
    }
    throw new CorruptObjectException(what, 0, "holds no hash where one must be");
  }

  /** A word of storage: a number in RLP, without leading zeros. */
  private static Digest word(String what, Optional<byte[]> value) throws CorruptObjectException {
    if (value.isEmpty()) {
      return Digest.ZERO;
    }
    if (PatriciaProof.decoded(what, value.get()) instanceof RlpString string
        && string.getBytes().length <= Digest.BYTES) {
      byte[] number = string.getBytes();
      return Digest.parse(
          "0".repeat(2 * (Digest.BYTES - number.length)) + HexFormat.of().formatHex(number));
    }
    throw new CorruptObjectException(what, 0, "holds no word");
  }
}

package io.inft.evm;

import com.fasterxml.jackson.databind.JsonNode;
import io.inft.bytes.Blob;
import io.inft.bytes.Digest;
import io.inft.bytes.UnixTime;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
import io.inft.rpc.JsonFields;
import io.inft.rpc.JsonRpc;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What one endpoint of a chain answers, checked and turned into values. */
final class ChainAnswers {
  private static final int MAX_LOGS = 100_000;
  private static final int MAX_TOPICS = 4;

  private ChainAnswers() {}

  static Optional<BlockHeader> header(JsonRpc rpc, String numberOrName) throws InftException {
    JsonNode found = rpc.call("eth_getBlockByNumber", numberOrName, false);
    if (found.isNull()) {
      return Optional.empty();
    }
    JsonFields fields = new JsonFields("block", found);
    return Optional.of(
        new BlockHeader(
            fields.quantityLong("number"),
            fields.digest("hash"),
            fields.digest("parentHash"),
            UnixTime.instant(fields.quantityLong("timestamp")),
            found.hasNonNull("baseFeePerGas")
                ? Optional.of(fields.quantity("baseFeePerGas"))
                : Optional.empty()));
  }

  static Optional<Receipt> receipt(JsonRpc rpc, Digest transactionHash) throws InftException {
    JsonNode found = rpc.call("eth_getTransactionReceipt", transactionHash.toString());
    if (found.isNull()) {
      return Optional.empty();
    }
    JsonFields fields = new JsonFields("receipt", found);
    Digest hash = fields.digest("transactionHash");
    if (!hash.equals(transactionHash)) {
      throw fields.corrupt("transactionHash", "is not the one asked for");
    }
    BigInteger gasUsed = fields.quantity("gasUsed");
    BigInteger price =
        found.hasNonNull("effectiveGasPrice")
            ? fields.quantity("effectiveGasPrice")
            : BigInteger.ZERO;
    return Optional.of(
        new Receipt(
            hash,
            fields.digest("blockHash"),
            fields.quantityLong("blockNumber"),
            fields.quantity("status").equals(BigInteger.ONE),
            logs(fields.array("logs", MAX_LOGS)),
            found.hasNonNull("contractAddress")
                ? Optional.of(fields.address("contractAddress"))
                : Optional.empty(),
            gasUsed,
            gasUsed.multiply(price)));
  }

  static Optional<List<Blob>> callData(JsonRpc rpc, Digest blockHash) throws InftException {
    JsonNode found = rpc.call("eth_getBlockByHash", blockHash.toString(), true);
    if (found.isNull()) {
      return Optional.empty();
    }
    List<Blob> calls = new ArrayList<>();
    for (JsonNode node : new JsonFields("block", found).array("transactions", MAX_LOGS)) {
      calls.add(new JsonFields("transaction", node).hex("input"));
    }
    return Optional.of(calls);
  }

  static List<Log> logs(JsonRpc rpc, Map<String, Object> filter) throws InftException {
    JsonNode answer = rpc.call("eth_getLogs", filter);
    if (!answer.isArray() || answer.size() > MAX_LOGS) {
      throw new CorruptObjectException("logs", 0, "no list of at most " + MAX_LOGS);
    }
    return logs(answer);
  }

  static List<Log> logs(JsonNode array) throws CorruptObjectException {
    List<Log> logs = new ArrayList<>(array.size());
    for (JsonNode node : array) {
      logs.add(log(node));
    }
    return logs;
  }

  static Log log(JsonNode node) throws CorruptObjectException {
    JsonFields fields = new JsonFields("log", node);
    List<Digest> topics = new ArrayList<>();
    for (JsonNode topic : fields.array("topics", MAX_TOPICS)) {
      topics.add(JsonFields.digest("topic", topic));
    }
    return new Log(
        fields.address("address"),
        topics,
        fields.hex("data"),
        fields.quantityLong("blockNumber"),
        fields.digest("blockHash"),
        fields.digest("transactionHash"),
        fields.quantityLong("logIndex"));
  }
}

package io.inft.store.zerog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.inft.bytes.Address;
import io.inft.bytes.Blob;
import io.inft.bytes.ByteSource;
import io.inft.bytes.Digest;
import io.inft.evm.Log;
import io.inft.failure.InftException;
import io.inft.faults.Allocated;
import io.inft.faults.Inflated;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What nodes, the contract's users and other clients say of files: numbers of any size. */
class HostileNodesTest {
  private static final String ROOT = "0x" + "11".repeat(32);
  private static final String INFO =
      """
      {"tx": {"dataMerkleRoot": "%s", "merkleNodes": [[1, "%s"]], "startEntryIndex": 1,
        "size": 256, "seq": 2}, "finalized": true, "isCached": false, "pruned": false,
        "uploadedSegNum": 3}
      """
          .replace("%s", ROOT);

  private static boolean isConsistent(String info) throws Exception {
    try {
      return FileInfo.of("a node", new ObjectMapper().readTree(info)).isConsistent();
    } catch (InftException refused) {
      return false;
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "9223372036854775807",
        "9223372036854775808",
        "18446744073709551615",
        "281474976710657",
        "1e400",
        "-1",
        "\"256\"",
        "null",
        "[[[[[[[[]]]]]]]]",
        "NINES"
      })
  void noNumberOfAFileIsBelieved(String number) throws Exception {
    assertThat(isConsistent(INFO)).isTrue();
    String hostile = number.replace("NINES", "9".repeat(900));
    List<String> places = List.of("\"size\": 256", "[[1, ", "\"startEntryIndex\": 1");
    for (String place : places) {
      String info = INFO.replace(place, place.replaceAll("[0-9]+", hostile));
      assertThat(Allocated.by(() -> isConsistent(info)))
          .as(place)
          .isLessThan((512 << 10) + 60L * info.length());
    }
    assertThat(isConsistent(INFO.replace("256", hostile))).isFalse();
  }

  /** Heights whose chunks add up to a number that wraps around. */
  @Test
  void nodesThatAddUpToNothingAreNoFile() throws Exception {
    List<String> nodes = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      nodes.add("[64, \"" + ROOT + "\"]");
    }
    assertThat(isConsistent(INFO.replace("[1, \"" + ROOT + "\"]", String.join(",", nodes))))
        .isFalse();
  }

  @Test
  void aSubmissionTakesInProportionToItsBytes() throws Exception {
    JsonNode vector = Vectors.ALL.get("calldata").get("submit_A_262145_tags1234");
    List<Digest> topics = new ArrayList<>();
    vector.get("emittedLogTopics").forEach(topic -> topics.add(Digest.parse(topic.textValue())));
    byte[] data = HexFormat.of().parseHex(vector.get("emittedLogData").textValue().substring(2));
    Inflated.of("submission", data)
        .costAtMost(
            512 << 10,
            60,
            bytes ->
                Submission.of(
                    new Log(Address.ZERO, topics, Blob.of(bytes), 5, Digest.ZERO, Digest.ZERO, 0)));
  }

  @Test
  void aFileOfAnotherClientTakesInProportionToItsBytes() throws Exception {
    PeerKey key = PeerKey.of(new byte[32]);
    byte[] file =
        PeerEncryption.encrypt(ByteSource.of(new byte[100]), key, new byte[16]).readAll(200);
    Inflated.of("encrypted file", file)
        .costAtMost(
            512 << 10,
            60,
            bytes -> PeerEncryption.decrypt(ByteSource.of(bytes), key).readAll(1 << 20));
  }
}

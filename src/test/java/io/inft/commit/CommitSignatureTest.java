package io.inft.commit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inft.bytes.Digest;
import io.inft.bytes.SigningKey;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.web3j.crypto.StructuredDataEncoder;

class CommitSignatureTest {
  private final CommitObject object = Samples.chain(3).get(2);
  private final CommitBody body = object.body();
  private final Digest bodyHash =
      Digest.sha256(
          Arrays.copyOf(
              object.toBytes(), (int) object.offsetOfInline() + body.inline().sizeBytes()));

  @Test
  void signsWhatAWalletWouldShow() throws Exception {
    ObjectMapper json = new ObjectMapper();
    ObjectNode typed = json.createObjectNode();
    ObjectNode types = typed.putObject("types");
    ArrayNode domainType = types.putArray("EIP712Domain");
    field(domainType, "name", "string");
    field(domainType, "version", "string");
    field(domainType, "salt", "bytes32");
    ArrayNode commitType = types.putArray("Commit");
    field(commitType, "version", "uint64");
    field(commitType, "previousRoot", "bytes32");
    field(commitType, "bodyHash", "bytes32");
    field(commitType, "author", "address");
    typed.put("primaryType", "Commit");
    typed
        .putObject("domain")
        .put("name", "inft commit object")
        .put("version", "1")
        .put("salt", body.context().toString());
    typed
        .putObject("message")
        .put("version", body.version())
        .put("previousRoot", body.previousRoot().toString())
        .put("bodyHash", bodyHash.toString())
        .put("author", body.author().toString());

    byte[] expected =
        new StructuredDataEncoder(json.writeValueAsString(typed)).hashStructuredData();

    assertThat(CommitSignature.digest(body, bodyHash)).isEqualTo(Digest.of(expected));
    assertThat(SigningKey.recover(Digest.of(expected), object.signature().toBytes()))
        .isEqualTo(Samples.AUTHOR.address());
  }

  private static void field(ArrayNode type, String name, String kind) {
    type.addObject().put("name", name).put("type", kind);
  }
}

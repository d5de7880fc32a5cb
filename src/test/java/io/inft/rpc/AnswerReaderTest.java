package io.inft.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.BinaryNode;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.RpcUnavailableException;
import io.inft.faults.Allocated;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerReaderTest {
  private static JsonNode read(String answer) throws Exception {
    return AnswerReader.read(answer.getBytes(StandardCharsets.UTF_8), "data");
  }

  @Test
  void decodesTheNamedFieldWhereverItStands() throws Exception {
    JsonNode answer =
        read(
            "{\"id\": 1, \"result\": {\"data\" : \"AQID\", \"more\": [{\"data\":\"\"},"
                + " \"data\"]}}");

    assertThat(answer.at("/result/data")).isInstanceOf(BinaryNode.class);
    assertThat(new JsonFields("answer", answer.get("result")).base64("data"))
        .containsExactly(1, 2, 3);
    assertThat(answer.at("/result/more/0/data").binaryValue()).isEmpty();
    assertThat(answer.at("/result/more/1").textValue()).isEqualTo("data");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"id\":1,\"jsonrpc\":\"2.0\",\"error\":{\"code\":-32000,\"message\":\"no\",\"data\":null}}",
        "{\"a\":[1,-2.5,1e3,true,false,null,\"\\u00e4\\n"
            + "\",[],{},[[{}]]],\"b\":{\"c\":{\"data\":7}}}",
        "{\"u64\":18446744073709551615}",
        "[]",
        "null",
        "\"text\"",
        "{\"data\":{\"x\":[1]}}",
      })
  void everythingElseIsReadAsAlways(String answer) throws Exception {
    assertThat(read(answer)).isEqualTo(new ObjectMapper().readTree(answer));
  }

  /** Nothing of an answer costs its reader out of proportion, and nothing fails untyped. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | [ | ''",
        "'' | {\"a\": | ''",
        "[ | 9 | ]",
        "[1e | 9 | ]",
        "[ | [], | 1]",
        "[ | {}, | 1]",
        "[\" | x | \"]",
        "{\"data\":\" | A | \"}",
        "{\"data\":\" | \\u0041 | \"}",
        "{\" | k | \":1}",
        "[ | {\"k\":0}, | 1]"
      })
  void aLongAnswerTakesInProportionToItsBytes(String before, String again, String after) {
    int times = (512 << 10) / again.length();
    byte[] answer = (before + again.repeat(times) + after).getBytes(StandardCharsets.UTF_8);
    Allocated.Step read =
        () -> {
          try {
            AnswerReader.read(answer, "data");
          } catch (IOException e) {
            throw new RpcUnavailableException("http://a", "m", "the answer is no JSON", e);
          }
        };
    Allocated.by(read); // classes
    assertThat(Allocated.by(read)).isLessThan((1 << 20) + 80L * answer.length);
  }

  @Test
  void whatIsNoBase64StaysTextAndIsRefusedByWhoeverNeedsBytes() throws Exception {
    for (String text : new String[] {"*** not base64 ***", "AQI\\\"D", "A", "ä"}) {
      JsonNode answer = read("{\"data\":\"" + text + "\",\"after\":1}");
      assertThat(answer.get("data").isTextual()).as(text).isTrue();
      assertThat(answer.get("after").intValue()).as(text).isOne();
      assertThatThrownBy(() -> new JsonFields("answer", answer).base64("data"))
          .as(text)
          .isInstanceOf(CorruptObjectException.class)
          .hasMessageContaining("data is no base64");
    }
  }

  @Test
  void escapesAndOtherEncodingsChangeNothing() throws Exception {
    assertThat(read("{\"data\":\"\\/\\/\\u002f\\u002f\"}").get("data").binaryValue())
        .containsExactly(255, 255, 255);
    for (String name : new String[] {"UTF-16LE", "UTF-16BE", "UTF-32BE"}) {
      byte[] answer = "{\"data\":\"AQID\"}".getBytes(Charset.forName(name));
      assertThat(AnswerReader.read(answer, "data").get("data").binaryValue())
          .as(name)
          .containsExactly(1, 2, 3);
    }
    byte[] marked = "\ufeff{\"data\":\"AQID\"}".getBytes(StandardCharsets.UTF_8);
    assertThat(AnswerReader.read(marked, "data").get("data").binaryValue())
        .containsExactly(1, 2, 3);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "{\"data\":\"AQID",
        "{\"data\":\"AQID\"",
        "{\"data\":\"AQID\",",
        "{\"data\"",
        "[1,",
        "<html>",
        "{\"a\":[1}"
      })
  void whatBreaksOffIsNoAnswer(String answer) {
    assertThatThrownBy(() -> read(answer)).isInstanceOf(JsonProcessingException.class);
  }

  @Test
  void anEmptyAnswerIsNone() throws Exception {
    assertThat(AnswerReader.read(new byte[0], "data")).isNull();
  }

  @Test
  void nestingIsBounded() {
    assertThatThrownBy(() -> read("[".repeat(100_000)))
        .isInstanceOf(JsonProcessingException.class)
        .hasMessageContaining("depth");
  }
}

package io.inft.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutputTest {
  private static ObjectNode json(String text) throws Exception {
    return (ObjectNode) new ObjectMapper().readTree(text);
  }

  @Test
  void anObjectIsLinesThatAPersonReads() throws Exception {
    StringWriter text = new StringWriter();
    new Output()
        .object(
            new PrintWriter(text, true),
            json(
                """
                {"id": "a", "version": 2, "frozen": false, "nothing": [],
                 "generations": [{"name": "gen-000001", "version": 1, "fork": "yes"},
                                 {"name": "gen-000002", "version": 2, "fork": ""}]}
                """));
    assertThat(text.toString().lines())
        .containsExactly(
            "id           a",
            "version      2",
            "frozen       false",
            "nothing      none",
            "generations  name gen-000001, version 1, fork yes",
            "             name gen-000002, version 2");
  }

  @Test
  void linesHaveEightyColumnsAndNothingIsCutInTwo() throws Exception {
    String path = "/home/somebody/.inft/" + "a".repeat(80) + "/gen-000001";
    StringWriter text = new StringWriter();
    new Output()
        .object(
            new PrintWriter(text, true),
            json(
                "{\"forks\": [{\"reason\": \"another writer published version 3 while this machine"
                    + " had unpublished commits on version 2\", \"folder\": \""
                    + path
                    + "\", \"commits\": 2}]}"));
    assertThat(text.toString().lines())
        .containsExactly(
            "forks  reason another writer published version 3 while this machine had",
            "       unpublished commits on version 2, folder",
            "       " + path + ",",
            "       commits 2");
  }

  @Test
  void aTableThatIsTooWideHasItsLastColumnBelow() throws Exception {
    StringWriter text = new StringWriter();
    String root = "0x123456" + "7".repeat(54) + "89ab";
    ArrayNode rows =
        (ArrayNode)
            new ObjectMapper()
                .readTree(
                    "[{\"version\": 12, \"time\": \"2026-11-30T03:31:27.415Z\", \"root\": \""
                        + root
                        + "\", \"payload\": \""
                        + "{\\\"a\\\":1,\\\"bbb\\\":\\\"some words\\\"}".repeat(3)
                        + "\"}]");
    List<String> columns = List.of("version", "time", "root", "payload");
    new Output().array(new PrintWriter(text, true), rows, columns);
    assertThat(text.toString().lines())
        .containsExactly(
            "version  time                  root",
            "    payload",
            "12       2026-11-30T03:31:27Z  0x123456…89ab",
            "    {\"a\":1,\"bbb\":\"some words\"}{\"a\":1,\"bbb\":\"some"
                + " words\"}{\"a\":1,\"bbb\":\"some",
            "    words\"}");
  }
}

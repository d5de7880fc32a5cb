package io.inft.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.io.StringWriter;
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
            "generations  name gen-000001, version 1, fork yes; name gen-000002, version 2");
  }
}

package io.inft.cli.mcp;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.json.jackson2.JacksonMcpJsonMapper;
import io.modelcontextprotocol.json.schema.JsonSchemaValidator;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpStatelessSyncServer;
import io.modelcontextprotocol.server.McpSyncServer;
import io.modelcontextprotocol.server.transport.StdioServerTransportProvider;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpStatelessServerTransport;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;

/** The tools as a server of the official SDK, on a pair of streams or behind HTTP. */
final class Serving {
  /** Of one message, whatever way it comes. */
  static final int MAX_MESSAGE_BYTES = 1 << 20;

  private static final Duration LONGEST = Duration.ofMinutes(5);
  private static final String NAME = "inft";
  private static final String INSTRUCTIONS =
      "A memory that outlives this machine. Each answer has the version of the database that it"
          + " stands on; 'anchored' says whether everything up to it is published. Nothing is"
          + " overwritten: history, diff and undo reach back.";

  /** The tools judge their arguments themselves. */
  static final JsonSchemaValidator NOT_ASKED =
      new JsonSchemaValidator() {
        @Override
        public ValidationResponse validate(Map<String, Object> schema, Object value) {
          return ValidationResponse.asValid("");
        }
      };

  private final ToolBox box;
  private final String release;

  Serving(ToolBox box, String release) {
    this.box = box;
    this.release = release;
  }

  static McpJsonMapper json() {
    return new JacksonMcpJsonMapper(new ObjectMapper());
  }

  private static McpSchema.ServerCapabilities capabilities() {
    return McpSchema.ServerCapabilities.builder().tools(false).build();
  }

  /** Answers what comes in until it ends, and what had begun by then. */
  void onStreams(InputStream in, OutputStream out) throws InterruptedException {
    CountDownLatch ended = new CountDownLatch(1);
    MessageLines lines = new MessageLines(in, ended);
    var server =
        McpServer.sync(
                new StdioServerTransportProvider(
                    json(), lines, lines.answers(out), MAX_MESSAGE_BYTES + 1))
            .serverInfo(NAME, release)
            .instructions(INSTRUCTIONS)
            .requestTimeout(LONGEST)
            .jsonMapper(json())
            .jsonSchemaValidator(NOT_ASKED)
            .validateToolInputs(false)
            .capabilities(capabilities());
    for (Tool tool : box.tools()) {
      server.toolCall(tool.described(), (exchange, request) -> box.call(tool, request.arguments()));
    }
    McpSyncServer running = server.build();
    while (!ended.await(1, TimeUnit.HOURS)) {
      // It goes on.
    }
    box.awaitQuiet();
    running.closeGracefully();
  }

  /**
   * Answers over HTTP until the process ends.
   *
   * @param started is told the port
   */
  void overHttp(InetSocketAddress at, String token, Set<String> pages, IntConsumer started)
      throws Exception {
    try (HttpServing http = new HttpServing(at, token, pages)) {
      behind(http);
      http.start();
      started.accept(http.address().getPort());
      http.awaitEnd();
    }
  }

  /** Answers what a transport brings; the caller closes it. */
  McpStatelessSyncServer behind(McpStatelessServerTransport transport) {
    var server =
        McpServer.sync(transport)
            .serverInfo(NAME, release)
            .instructions(INSTRUCTIONS)
            .requestTimeout(LONGEST)
            .jsonMapper(json())
            .jsonSchemaValidator(NOT_ASKED)
            .validateToolInputs(false)
            .capabilities(capabilities());
    for (Tool tool : box.tools()) {
      server.toolCall(tool.described(), (context, request) -> box.call(tool, request.arguments()));
    }
    return server.build();
  }
}

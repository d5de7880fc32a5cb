package io.inft.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inft.custody.Code;
import io.inft.custody.CustodyReport;
import io.inft.custody.Finding;
import io.inft.custody.ReportJson;
import io.inft.custody.Verdict;
import io.inft.custody.Verification;
import io.inft.devnet.ChainProxy;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The whole driver with three endpoints of which two must agree, and one lies about everything. */
class DevnetQuorumTest extends OnDevnet {
  private final List<ChainProxy> proxies = new ArrayList<>();

  @BeforeEach
  void startProxies() throws Exception {
    for (int i = 0; i < 3; i++) {
      proxies.add(new ChainProxy(network.devnet().rpc()));
    }
  }

  @AfterEach
  void stopProxies() {
    proxies.forEach(ChainProxy::close);
  }

  private Properties byQuorum(String machine) {
    Properties properties = on(machine, network.devnet().rpc(), key);
    properties.setProperty(
        "rpc",
        proxies.stream().map(proxy -> proxy.address().toString()).collect(Collectors.joining(",")));
    properties.setProperty("trust", "quorum");
    return properties;
  }

  /** Everything costs a hundred times as much, and every word of a contract is another one. */
  private static void lie(ChainProxy proxy, long oldBlock) {
    proxy.serveOldHead(oldBlock);
    for (String price : List.of("eth_gasPrice", "eth_maxPriorityFeePerGas")) {
      proxy.lie(price, "0x" + BigInteger.valueOf(90).multiply(BigInteger.TEN.pow(9)).toString(16));
    }
    proxy.rewrite(
        "eth_call",
        answer -> {
          String result = answer.path("result").asText();
          if (result.length() > 4) {
            ((ObjectNode) answer)
                .put("result", "0x" + "00".repeat(result.length() / 2 - 3) + "ffff");
          }
          return answer;
        });
  }

  private static String text(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getString(1);
    }
  }

  @Test
  void oneLiarAmongThreeChangesNeitherPriceNorHeadNorVerdict() throws Exception {
    String id = "quorum-" + System.nanoTime();
    long began = network.chain().blockNumber();
    lie(proxies.get(1), began);
    BigInteger before = network.chain().balance(key.address());
    try (Connection one = connect(id, byQuorum("one"))) {
      run(one, "create table t(x)");
      run(one, "insert into t values(1)");
      JsonNode status = new ObjectMapper().readTree(text(one, "select inft_status()"));
      assertThat(status.get("trust").asText()).isIn("L1", "L2");
      assertThat(status.get("quorum").asInt()).isEqualTo(2);
      assertThat(status.get("endpoints")).hasSize(3);
    }
    BigInteger paid = before.subtract(network.chain().balance(key.address()));
    assertThat(paid).as("some 0.0005 0G each").isLessThan(BigInteger.TEN.pow(16));

    try (Connection other = connect(id, byQuorum("other"))) {
      assertThat(number(other, "select count(*) from t")).isEqualTo(1);
      CustodyReport report = other.unwrap(InftConnection.class).verify(Verification.Depth.FULL);
      assertThat(report.findings()).extracting(Finding::code).containsOnly(Code.SPLIT_VIEW);
      assertThat(report.verdict()).isEqualTo(Verdict.VALID_WITH_WARNINGS);
      JsonNode json = ReportJson.of(report);
      assertThat(json.get("level").asText()).isIn("L1", "L2");
      assertThat(json.at("/quorum/dissent/0/endpoint").asText())
          .isEqualTo(proxies.get(1).address().toString());
    }
  }

  @Test
  void withTwoLiarsNothingIsBelievedAndTheCodeSaysWhy() throws Exception {
    String id = "quorum-" + System.nanoTime();
    try (Connection one = connect(id, byQuorum("one"))) {
      run(one, "create table t(x)");
    }
    proxies.get(1).lie("eth_call", "0x" + "01".repeat(32));
    proxies.get(2).lie("eth_call", "0x" + "02".repeat(32));
    proxies.forEach(proxy -> proxy.lie("eth_getProof", "0x"));

    assertThatThrownBy(() -> connect(id, byQuorum("other")).close())
        .isInstanceOfSatisfying(
            SQLException.class,
            e -> {
              assertThat(e.getSQLState()).isEqualTo("08001");
              assertThat(e.getErrorCode()).isEqualTo(10018);
            })
        .hasMessageContaining("do not agree");

    proxies.get(0).failAtRandom(100, 1);
    proxies.get(1).failAtRandom(100, 1);
    assertThatThrownBy(() -> connect(id, byQuorum("third")).close())
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getErrorCode()).isEqualTo(10017))
        .hasMessageContaining("1 of 3 endpoints answered");
  }
}

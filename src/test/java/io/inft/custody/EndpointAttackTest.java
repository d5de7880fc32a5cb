package io.inft.custody;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.inft.bytes.Trust;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a report says of endpoints that disagree; how they are compared is tested with a chain. */
class EndpointAttackTest extends AttackedHistory {
  @BeforeEach
  @Override
  void publishAHistory() throws Exception {
    super.publishAHistory();
  }

  private static Trust trust(long behind, long dissents) {
    return new Trust(
        Trust.Level.L2,
        2,
        List.of(
            new Trust.Endpoint("https://a", Trust.Endpoint.AGREES, 0),
            new Trust.Endpoint("https://b", "differed about block 7", dissents)),
        behind);
  }

  @Test
  void aViewThatIsSplitIsNoVerdict() {
    registry.split = true;

    assertFound(verify(), Verdict.INDETERMINATE, Code.SPLIT_VIEW);
  }

  @Test
  void oneThatWasOutvotedIsNamedAndDoesNotDecide() {
    registry.trust = Optional.of(trust(0, 3));

    CustodyReport report = verify();

    assertFound(report, Verdict.VALID_WITH_WARNINGS, Code.SPLIT_VIEW);
    assertThat(report.findings().get(0).message()).contains("https://b", "block 7", "3 times");
    JsonNode json = ReportJson.of(report);
    assertThat(json.get("level").asText()).isEqualTo("L2");
    assertThat(json.at("/quorum/need").asInt()).isEqualTo(2);
    assertThat(json.at("/quorum/dissent/0/endpoint").asText()).isEqualTo("https://b");
  }

  @Test
  void anAgreedBlockFarBehindIsAWarning() {
    registry.trust = Optional.of(trust(3, 0));
    assertFound(verify(), Verdict.VALID);

    registry.trust = Optional.of(trust(5_000, 0));
    assertFound(verify(), Verdict.VALID_WITH_WARNINGS, Code.STALE_RPC);
  }

  @Test
  void oneEndpointIsLevelZeroAndHasNoQuorum() {
    assertThat(ReportJson.of(verify()).get("level").asText()).isEqualTo("L0");
    assertThat(ReportJson.of(verify()).has("quorum")).isFalse();
  }
}

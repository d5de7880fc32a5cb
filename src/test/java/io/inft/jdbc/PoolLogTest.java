package io.inft.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.faults.ChildJvm;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a connection pool logs, everything turned on. */
class PoolLogTest {
  private static final String ENCRYPTION_KEY =
      "c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00";
  private static final String SIGNING_KEY =
      "5ec2e75ec2e75ec2e75ec2e75ec2e75ec2e75ec2e75ec2e75ec2e75ec2e75ec2";
  private static final String PASSWORD = "a-password-nobody-guesses-17";

  @TempDir Path folder;

  @Test
  void hasNoSecretThatWasGivenInOneOfTheWaysThatArePromised() throws Exception {
    try (ChildJvm child =
        ChildJvm.start(
            List.of("-Dorg.slf4j.simpleLogger.defaultLogLevel=trace"),
            PoolLogChild.class,
            folder.toString(),
            ENCRYPTION_KEY,
            SIGNING_KEY,
            PASSWORD)) {
      String log = child.output();
      assertThat(log)
          .contains("dataSourceProperties", "<masked>", "by-setter", "done")
          .doesNotContain(ENCRYPTION_KEY, SIGNING_KEY, PASSWORD);
      assertThat(log.lines().filter(line -> line.equals("opened"))).hasSize(4);
    }
  }
}

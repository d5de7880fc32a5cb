package memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConversationTest {
  @TempDir Path folder;

  @Test
  void theOtherMachineKnowsWhatWasSaid() throws Exception {
    ByteArrayOutputStream heard = new ByteArrayOutputStream();
    new Conversation(folder, new PrintStream(heard, true, StandardCharsets.UTF_8)).play();
    String all = heard.toString(StandardCharsets.UTF_8);
    String other = all.substring(all.indexOf("-- another machine"));
    assertThat(other).contains("\"text\":\"Ada likes coffee\"", "\"restored\":1", "inft-proof 1");
    assertThat(other.substring(other.indexOf("> undo"))).contains("Ada likes her tea strong");
    assertThat(other).doesNotContain("walnut");
  }
}

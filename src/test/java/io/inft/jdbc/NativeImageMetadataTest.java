package io.inft.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.InputStream;
import java.sql.Driver;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

/**
 * What native-image is told exists. No native image is built here: GraalVM's compiler is in none of
 * the registries that this build uses.
 */
class NativeImageMetadataTest {
  private static final String FILE =
      "/META-INF/native-image/io.inft/inft-jdbc/reachability-metadata.json";

  private static JsonNode metadata() throws Exception {
    try (InputStream in = InftDriver.class.getResourceAsStream(FILE)) {
      assertThat(in).as(FILE).isNotNull();
      return new ObjectMapper().readTree(in);
    }
  }

  @Test
  void everyTypeHasTheConstructorThatIsNamed() throws Exception {
    List<String> types = new ArrayList<>();
    for (JsonNode entry : metadata().path("reflection")) {
      Class<?> type = Class.forName(entry.path("type").asText());
      for (JsonNode method : entry.path("methods")) {
        assertThat(method.path("name").asText()).isEqualTo("<init>");
        assertThat(type.getConstructor()).isNotNull();
      }
      types.add(type.getName());
    }
    assertThat(types).contains(InftDriver.class.getName(), InftDataSource.class.getName());
  }

  @Test
  void theDriverOfTheServiceFileIsAmongThem() throws Exception {
    List<String> offered =
        ServiceLoader.load(Driver.class).stream().map(offer -> offer.type().getName()).toList();
    assertThat(offered).contains(InftDriver.class.getName());
    assertThat(metadata().path("reflection").findValuesAsText("type"))
        .contains(InftDriver.class.getName());
  }

  @Test
  void theContractsCodeIsWhereItSays() throws Exception {
    List<String> globs = metadata().path("resources").findValuesAsText("glob");
    assertThat(globs).contains("contracts/InftStorageRegistry.bin");
    assertThat(InftDriver.class.getResource("/contracts/InftStorageRegistry.bin")).isNotNull();
  }
}

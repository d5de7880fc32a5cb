package io.inft.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;

/** The file for tools says who wrote what it carries. */
class LicencesTest {
  private static String text(ZipFile jar, String name) throws IOException {
    return new String(
        jar.getInputStream(jar.getEntry(name)).readAllBytes(), StandardCharsets.UTF_8);
  }

  @Test
  void eachPartIsNamedWithItsLicence() throws Exception {
    try (ZipFile jar = new ZipFile(Jars.all().toFile())) {
      String named = text(jar, "META-INF/THIRD-PARTY.txt");
      Set<String> parts =
          jar.stream()
              .map(ZipEntry::getName)
              .filter(name -> name.matches("META-INF/maven/[^/]+/[^/]+/pom\\.properties"))
              .map(name -> name.split("/")[2] + ":" + name.split("/")[3] + ":")
              .filter(part -> !part.startsWith("io.inft:"))
              .collect(Collectors.toSet());
      assertThat(parts).isNotEmpty().allSatisfy(part -> assertThat(named).contains(part));
      assertThat(named).doesNotContain("Unknown license");
      assertThat(named.lines().filter(line -> line.contains(" - http")))
          .hasSizeGreaterThan(15)
          .allSatisfy(line -> assertThat(line).matches("\\s+\\(.+\\) .+"));
    }
  }

  @Test
  void theTextsAreThere() throws Exception {
    try (ZipFile jar = new ZipFile(Jars.all().toFile())) {
      assertThat(text(jar, "META-INF/licenses/inft-jdbc.txt")).contains("MIT License");
      assertThat(text(jar, "META-INF/licenses/web3j.txt")).contains("Apache License");
      assertThat(text(jar, "META-INF/LICENSE")).contains("Apache License");
      assertThat(text(jar, "META-INF/LICENSE.txt")).contains("QOS");
      assertThat(text(jar, "META-INF/LICENSE.md")).containsIgnoringCase("bouncy castle");
    }
  }
}

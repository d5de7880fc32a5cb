package io.inft.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** The BOM names the versions that the build uses. */
class BomTest {
  private static Document parsed(String file) throws Exception {
    return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(Path.of(file).toFile());
  }

  private static String text(Element of, String name) {
    NodeList found = of.getElementsByTagName(name);
    return found.getLength() == 0 ? "" : found.item(0).getTextContent();
  }

  /** Artifact → version, without those that name none. */
  private static Map<String, String> versions(Document pom) {
    Element properties = (Element) pom.getElementsByTagName("properties").item(0);
    NodeList all = pom.getElementsByTagName("dependency");
    Map<String, String> versions = new TreeMap<>();
    for (int i = 0; i < all.getLength(); i++) {
      Element one = (Element) all.item(i);
      String version = text(one, "version");
      if (version.startsWith("${") && properties != null) {
        version = text(properties, version.substring(2, version.length() - 1));
      }
      if (!version.isEmpty()) {
        versions.put(text(one, "artifactId"), version);
      }
    }
    return versions;
  }

  @Test
  void namesTheVersionsOfTheBuild() throws Exception {
    Document pom = parsed("pom.xml");
    Document bom = parsed("src/bom/pom.xml");
    assertThat(text(bom.getDocumentElement(), "version"))
        .isEqualTo(text(pom.getDocumentElement(), "version"));

    Map<String, String> named = versions(bom);
    assertThat(named.remove("inft-jdbc")).isEqualTo("${project.version}");

    assertThat(named).containsOnlyKeys("picocli", "progressbar", "sqlite-jdbc");
    assertThat(versions(pom)).containsAllEntriesOf(named);
  }
}

package io.inft.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.jdbc.config.InftProperty;
import java.beans.Introspector;
import java.beans.PropertyDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.Arrays;
import java.util.Map;
import java.util.Properties;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class InftDriverTest {
  private final Driver driver = new InftDriver();

  @Test
  void isFoundByDriverManager() throws Exception {
    assertThat(DriverManager.getDriver("jdbc:inft:notes")).isInstanceOf(InftDriver.class);
    assertThat(DriverManager.getDriver("jdbc:inft:sqlite:notes")).isInstanceOf(InftDriver.class);
    assertThat(DriverManager.getDriver("jdbc:sqlite::memory:")).isNotInstanceOf(InftDriver.class);
  }

  @Test
  void answersNullForTheUrlsOfOthers() throws Exception {
    assertThat(driver.acceptsURL("jdbc:sqlite:x")).isFalse();
    assertThat(driver.acceptsURL(null)).isFalse();
    assertThat(driver.acceptsURL("jdbc:inft:x")).isTrue();
    assertThat(driver.connect("jdbc:sqlite:x", new Properties())).isNull();
    assertThat(driver.connect(null, null)).isNull();
  }

  @Test
  void listsEveryPropertyWithItsSentenceAndChoices() throws Exception {
    Properties given = new Properties();
    given.setProperty("durability", "anchored");
    given.setProperty("password", "hunter2hunter2");

    Map<String, DriverPropertyInfo> listed =
        Arrays.stream(driver.getPropertyInfo("jdbc:inft:notes?mode=ro&cache_size=7", given))
            .collect(Collectors.toMap(row -> row.name, Function.identity()));

    for (InftProperty property : InftProperty.values()) {
      DriverPropertyInfo row = listed.get(property.propertyName());
      assertThat(row.description).isEqualTo(property.sentence());
      assertThat(row.required).isFalse();
      assertThat(row.choices == null ? new String[0] : row.choices)
          .containsExactlyElementsOf(property.choices());
    }
    assertThat(listed.get("mode").value).isEqualTo("ro");
    assertThat(listed.get("durability").value).isEqualTo("anchored");
    assertThat(listed.get("linger").value).isEqualTo("30s");
    assertThat(listed.get("password").value).isNull();
    assertThat(listed.get("cache_size").value).isEqualTo("7");
    assertThat(listed).containsKeys("foreign_keys", "busy_timeout");
    assertThat(driver.getPropertyInfo(null, null)).isNotEmpty();
  }

  @Test
  void doesNotShowAValueThatIsWrittenWhereItMustNotBe() throws Exception {
    for (DriverPropertyInfo row :
        driver.getPropertyInfo("jdbc:inft:notes?password=hunter2hunter2", new Properties())) {
      assertThat(String.valueOf(row.value)).doesNotContain("hunter2");
    }
  }

  @Test
  void hasTheVersionOfTheProject() throws Exception {
    Matcher version =
        Pattern.compile("<artifactId>inft-jdbc</artifactId>\\s*<version>([0-9]+)\\.([0-9]+)\\.")
            .matcher(Files.readString(Path.of("pom.xml")));
    assertThat(version.find()).isTrue();
    assertThat(driver.getMajorVersion()).isEqualTo(Integer.parseInt(version.group(1)));
    assertThat(driver.getMinorVersion()).isEqualTo(Integer.parseInt(version.group(2)));
    assertThat(driver.jdbcCompliant()).isFalse();
    assertThatThrownBy(driver::getParentLogger).isInstanceOf(SQLFeatureNotSupportedException.class);
  }

  @Test
  void theDataSourceHasASetterForEveryPropertyAndShowsNoSecret() throws Exception {
    Map<String, PropertyDescriptor> bean =
        Arrays.stream(Introspector.getBeanInfo(InftDataSource.class).getPropertyDescriptors())
            .collect(Collectors.toMap(PropertyDescriptor::getName, Function.identity()));
    InftDataSource source = new InftDataSource();
    for (InftProperty property : InftProperty.values()) {
      PropertyDescriptor found = bean.get(property.propertyName());
      assertThat(found).as(property.propertyName()).isNotNull();
      assertThat(found.getWriteMethod()).as(property.propertyName()).isNotNull();
      found.getWriteMethod().invoke(source, "value of " + property);
      if (property.secret()) {
        assertThat(found.getReadMethod()).isNull();
      } else {
        assertThat(found.getReadMethod().invoke(source)).isEqualTo("value of " + property);
      }
    }
  }

  @Test
  void aUrlThatMisspellsAParameterIsRefusedWithAState() {
    assertThatThrownBy(() -> driver.connect("jdbc:inft:notes?embeded_dir=x", new Properties()))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("'embeddedDir'")
        .hasFieldOrPropertyWithValue("SQLState", "HY024");
  }
}

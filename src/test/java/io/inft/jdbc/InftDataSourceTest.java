package io.inft.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.inft.jdbc.config.DurationText;
import io.inft.jdbc.config.InftProperty;
import java.beans.PropertyDescriptor;
import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class InftDataSourceTest {
  @TempDir Path folder;

  /** Each property once more with a type, under its own name; no binder takes that for a setter. */
  @Test
  void theDataSourceTakesTypesForEveryPropertyAndStaysOneBean() throws Exception {
    Map<Class<?>, Object> samples =
        Map.of(
            int.class,
            7,
            long.class,
            7L,
            boolean.class,
            true,
            String.class,
            "text",
            Duration.class,
            Duration.ofMillis(1500),
            BigDecimal.class,
            new BigDecimal("0.50"),
            Path.class,
            Path.of("some", "where"),
            URI.class,
            URI.create("https://one.example"),
            URI[].class,
            new URI[] {URI.create("https://one.example"), URI.create("http://b:1")},
            Instant.class,
            Instant.EPOCH);
    for (InftProperty property : InftProperty.values()) {
      List<Method> typed =
          Arrays.stream(InftDataSource.class.getMethods())
              .filter(method -> method.getName().equals(property.propertyName()))
              .toList();
      assertThat(typed).as(property.propertyName()).hasSize(howMany(property));
      for (Method method : typed) {
        assertThat(method.getReturnType()).isEqualTo(InftDataSource.class);
        Class<?> type = method.getParameterTypes()[0];
        if (type.isEnum()) {
          assertThat(
                  Arrays.stream(type.getEnumConstants())
                      .map(one -> one.toString().toLowerCase(Locale.ROOT)))
              .as(property.propertyName())
              .isEqualTo(property.choices());
        }
        assertThat(type)
            .as(property.propertyName())
            .satisfies(
                found -> {
                  switch (property.kind()) {
                    case CHOICE -> assertThat(found.isEnum()).isTrue();
                    case BOOLEAN -> assertThat(found).isEqualTo(boolean.class);
                    case INTEGER -> assertThat(found).isIn(int.class, long.class);
                    case AMOUNT -> assertThat(found).isEqualTo(BigDecimal.class);
                    case DURATION -> assertThat(found).isEqualTo(Duration.class);
                    case PATH -> assertThat(found).isEqualTo(Path.class);
                    default -> assertThat(samples).containsKey(found);
                  }
                });
        InftDataSource source = new InftDataSource();
        Object value = type.isEnum() ? type.getEnumConstants()[0] : samples.get(type);
        assertThat(method.invoke(source, value)).isSameAs(source);
        assertThat(textOf(source, property)).as(property.propertyName()).isNotEmpty();
      }
    }
    // HikariCP takes the first method of a setter's name: there must be one.
    assertThat(
            Arrays.stream(InftDataSource.class.getMethods())
                .filter(method -> method.getName().startsWith("set"))
                .filter(method -> method.getDeclaringClass().equals(InftDataSource.class))
                .map(Method::getName))
        .doesNotHaveDuplicates();
  }

  private static int howMany(InftProperty property) {
    return property == InftProperty.USER ? 0 : property == InftProperty.AT ? 3 : 1;
  }

  private static String textOf(InftDataSource source, InftProperty property) throws Exception {
    if (property.secret()) {
      return "not shown";
    }
    return (String)
        new PropertyDescriptor(property.propertyName(), InftDataSource.class)
            .getReadMethod()
            .invoke(source);
  }

  @Test
  void typesBecomeTheTextsThatPropertiesAreWrittenIn() {
    InftDataSource source =
        new InftDataSource()
            .database("notes")
            .durability(InftDataSource.Durability.ANCHORED)
            .syncInterval(Duration.ofMillis(1500))
            .rpc(URI.create("https://one.example"), URI.create("http://b:1"))
            .maxFeePerHour(new BigDecimal("1E-3"))
            .at(Instant.EPOCH)
            .create(false)
            .quorum(2);
    assertThat(source.getDatabaseName()).isEqualTo("notes");
    assertThat(source.getDurability()).isEqualTo("anchored");
    assertThat(DurationText.parse(source.getSyncInterval())).contains(Duration.ofMillis(1500));
    assertThat(source.getRpc()).isEqualTo("https://one.example,http://b:1");
    assertThat(source.getMaxFeePerHour()).isEqualTo("0.001");
    assertThat(source.getAt()).isEqualTo("1970-01-01T00:00:00Z");
    assertThat(source.getCreate()).isEqualTo("false");
    assertThat(source.getQuorum()).isEqualTo("2");
    assertThatThrownBy(() -> source.linger(Duration.ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("linger: PT-1S is negative");
    assertThatThrownBy(source::rpc).hasMessage("rpc: no address was given");
  }

  @Test
  void aPoolThatBindsByNameFindsTheSettersThatTakeText() throws Exception {
    HikariConfig pool = new HikariConfig();
    pool.setDataSourceClassName(InftDataSource.class.getName());
    pool.addDataSourceProperty("databaseName", "bound");
    pool.addDataSourceProperty("network", "embedded");
    pool.addDataSourceProperty("home", folder.resolve("home").toString());
    pool.addDataSourceProperty("linger", "0");
    pool.addDataSourceProperty("durability", "anchored");
    pool.addDataSourceProperty("syncInterval", "5s");
    pool.addDataSourceProperty("create", "true");
    pool.addDataSourceProperty("confirmations", 0);
    try (HikariDataSource source = new HikariDataSource(pool);
        Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE t(n)");
      assertThat(connection.unwrap(InftConnection.class).version()).isEqualTo(1);
    }
  }

  @Test
  void springBindsTheTextsByName() {
    InftDataSource source = new InftDataSource();
    Map<String, String> given =
        Map.of(
            "d.database-name", "a", "d.sync-interval", "5s", "d.on-lag", "fail", "d.linger", "0");
    new Binder(new MapConfigurationPropertySource(given)).bind("d", Bindable.ofInstance(source));
    assertThat(source.getDatabaseName()).isEqualTo("a");
    assertThat(source.getSyncInterval()).isEqualTo("5s");
    assertThat(source.getOnLag()).isEqualTo("fail");
    assertThat(source.getLinger()).isEqualTo("0");
  }
}

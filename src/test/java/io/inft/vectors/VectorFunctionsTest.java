package io.inft.vectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.inft.devnet.SqliteVec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VectorFunctionsTest {
  private final List<String> failures = new ArrayList<>();
  private Connection connection;

  @BeforeEach
  void open() throws Exception {
    connection = DriverManager.getConnection("jdbc:sqlite::memory:");
    VectorFunctions.register(connection, failures::add);
  }

  @AfterEach
  void close() throws Exception {
    connection.close();
  }

  private static Connection library() throws Exception {
    Properties properties = new Properties();
    properties.setProperty("enable_load_extension", "true");
    Connection opened = DriverManager.getConnection("jdbc:sqlite::memory:", properties);
    try (PreparedStatement load = opened.prepareStatement("SELECT load_extension(?)")) {
      load.setString(1, SqliteVec.library().toString());
      load.execute();
    }
    return opened;
  }

  private static Object one(Connection on, String sql, Object... values) throws SQLException {
    try (PreparedStatement statement = on.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getObject(1);
      }
    }
  }

  private static byte[] blob(float... numbers) {
    byte[] blob = new byte[numbers.length * 4];
    ByteBuffer.wrap(blob).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(numbers);
    return blob;
  }

  private static float[] random(Random random, int dimensions) {
    float[] numbers = new float[dimensions];
    for (int i = 0; i < dimensions; i++) {
      numbers[i] = random.nextFloat() * 2 - 1;
    }
    return numbers;
  }

  /** SQL moves between both: the same calls on the published library and here. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "typeof(vec_int8('[1, 2]')) || hex(vec_int8('[1, 2, -3]'))",
        "hex(vec_f32(' [1 ,2.5 ] '))",
        "hex(vec_normalize('[3, 4]'))",
        "hex(vec_quantize_int8('[1.5, -1.5]', 'unit'))",
        "vec_length('[1, 2]')",
        "vec_length(x'0000000000000000')",
        "vec_length(vec_int8(x'00000000'))",
        "vec_type(vec_int8('[1, 2]'))",
        "vec_type(vec_quantize_int8('[1]', 'unit'))",
        "vec_type(x'00000000')",
        "vec_to_json(vec_f32('[1, 2.5, 1e10, 0.1, -0.333333]'))",
        "vec_to_json(vec_int8('[1, -2]'))",
        "vec_distance_cosine('[0, 0]', '[1, 2]')",
        "vec_distance_L1('[1, 2]', '[3, -4]')",
        "round(vec_distance_cosine(vec_int8('[1, 2]'), vec_int8('[3, -4]')), 6)",
        "round(vec_distance_l2(vec_int8('[1, 2]'), vec_int8('[3, -4]')), 6)",
        "vec_distance_l1(vec_int8('[1, 2]'), vec_int8('[3, -4]')) + 0.0",
        "round(vec_distance_l2('[1, 2]', '[3, -4]'), 6)"
      })
  void answersAsTheLibraryDoes(String expression) throws Exception {
    try (Connection library = library()) {
      Object expected = one(library, "SELECT " + expression);

      assertThat(one(connection, "SELECT " + expression)).isEqualTo(expected);
    }
  }

  @Test
  void measuresAndQuantizesAsTheLibraryDoesWithSeed7() throws Exception {
    Random random = new Random(7);
    try (Connection library = library()) {
      for (int round = 0; round < 200; round++) {
        int dimensions = 1 + random.nextInt(400);
        byte[] left = blob(random(random, dimensions));
        byte[] right = blob(random(random, dimensions));
        for (String distance : List.of("cosine", "L2", "l1")) {
          for (String type :
              List.of("vec_f32(?)", "vec_quantize_int8(?, 'unit')", "vec_normalize(?)")) {
            String sql = "SELECT vec_distance_" + distance + "(" + type + ", " + type + ")";
            double expected = ((Number) one(library, sql, left, right)).doubleValue();

            double found = ((Number) one(connection, sql, left, right)).doubleValue();

            assertThat(found).as(sql).isCloseTo(expected, within(1e-5 * (1 + expected)));
          }
        }
        String quantize = "SELECT hex(vec_quantize_int8(?, 'unit'))";
        assertThat(one(connection, quantize, left)).isEqualTo(one(library, quantize, left));
      }
    }
  }

  @Test
  void findsTheNearestOfStoredInt8VectorsAsTheLibraryDoesWithSeed8() throws Exception {
    try (Connection library = library()) {
      List<List<Long>> answers = new ArrayList<>();
      for (Connection each : List.of(library, connection)) {
        Random random = new Random(8);
        try (Statement statement = each.createStatement()) {
          statement.execute("CREATE TABLE v(id INTEGER PRIMARY KEY, q BLOB)");
        }
        for (int i = 0; i < 300; i++) {
          one(
              each,
              "INSERT INTO v(q) VALUES (vec_quantize_int8(?, 'unit')) RETURNING id",
              (Object) blob(random(random, 64)));
        }
        List<Long> nearest = new ArrayList<>();
        try (PreparedStatement query =
            each.prepareStatement(
                "SELECT id FROM v ORDER BY vec_distance_cosine(vec_int8(q),"
                    + " vec_quantize_int8(?, 'unit')), id LIMIT 20")) {
          query.setBytes(1, blob(random(random, 64)));
          try (ResultSet rows = query.executeQuery()) {
            while (rows.next()) {
              nearest.add(rows.getLong(1));
            }
          }
        }
        answers.add(nearest);
      }

      assertThat(answers.get(1)).hasSize(20).isEqualTo(answers.get(0));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "vec_distance_cosine('[1,2]', '[1,2,3]') | has 2 dimensions, the second 3",
        "vec_distance_l2(x'0000803f', x'0000803f0000803f') | has 1 dimensions, the second 2",
        "vec_distance_l2(x'0000', '[1]') | first vector: a float32 vector has 4 bytes a dimension",
        "vec_distance_l2('[1]', x'000000') | second vector: a float32 vector has 4 bytes",
        "vec_distance_l2('[1]', null) | as TEXT a JSON array; found NULL",
        "vec_distance_l2('[1]', 5) | found INTEGER",
        "vec_distance_cosine(x'0000c07f', x'0000803f') | first vector is no vector of numbers:"
            + " element 1 is NaN",
        "vec_distance_l2('[1]', x'0000807f') | second vector is no vector of numbers: element 1 is"
            + " Infinity",
        "vec_distance_cosine(vec_int8('[1,2]'), '[1,2]') | of type int8, the second of type"
            + " float32",
        "vec_f32('[1, a]') | element 2 is not a number",
        "vec_f32('[NaN]') | element 1 is not a number",
        "vec_f32('[1,]') | element 2 is not a number",
        "vec_f32('[1e99]') | too large",
        "vec_f32('{}') | JSON array",
        "vec_f32(x'') | at least one dimension",
        "vec_f32('[]') | at least one dimension",
        "vec_int8('[1, 200]') | element 2 is no whole number from -128 to 127",
        "vec_int8('[1.5]') | no whole number",
        "vec_quantize_int8('[1]', 'x') | must be 'unit'",
        "vec_quantize_int8(x'0000c07f', 'unit') | element 1 is NaN"
      })
  void saysWhatIsWrong(String expression, String reason) {
    assertThatThrownBy(() -> one(connection, "SELECT " + expression))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining(reason);
    assertThat(failures).singleElement().asString().contains(reason);
  }

  @Test
  void mayStandInConstraintsAndIndexes() throws Exception {
    try (Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE v(b BLOB CHECK (vec_length(b) = 2))");
      statement.execute("CREATE INDEX l ON v(vec_length(b))");
      statement.execute("INSERT INTO v VALUES (vec_f32('[1, 2]'))");

      assertThatThrownBy(() -> statement.execute("INSERT INTO v VALUES (vec_f32('[1]'))"))
          .hasMessageContaining("CHECK constraint failed");
    }
    assertThat(one(connection, "PRAGMA integrity_check")).isEqualTo("ok");
  }
}

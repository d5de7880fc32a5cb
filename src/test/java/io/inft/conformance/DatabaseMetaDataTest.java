package io.inft.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.nio.file.Path;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every method of DatabaseMetaData, with arguments of many kinds, against sqlite-jdbc's answer. */
class DatabaseMetaDataTest {
  /** These speak of the driver and the connection, so they differ; {@code SameAsSqliteJdbcTest}. */
  private static final Set<String> OWN = Set.of("getURL", "getConnection");

  /**
   * A schema, and names to ask for in it.
   *
   * @param names beside these, the pattern for all, the empty name and null
   */
  record Schema(String title, List<String> statements, List<String> names) {
    List<Object> candidates() {
      List<Object> all = new ArrayList<>(names);
      all.addAll(Arrays.asList("%", "", null));
      return all;
    }

    @Override
    public String toString() {
      return title;
    }
  }

  /** Of the kinds that tools stumble over. */
  static Stream<Schema> schemas() {
    return Stream.of(
        new Schema("empty", List.of(), List.of("nothing")),
        new Schema(
            "shop",
            List.of(
                "create table customer(id integer primary key autoincrement, name varchar(40) not null"
                    + " default 'nobody', email text unique, born date, credit decimal(10, 2))",
                "create table purchase(customer int references customer(id) on delete cascade on"
                    + " update set null, at timestamp default current_timestamp, item nvarchar(10),"
                    + " primary key (customer, at))",
                "create table note(customer, at, text, constraint fk_note foreign key (customer, at)"
                    + " references purchase(customer, at) deferrable initially deferred)",
                "create view spending as select name, count(*) as n from customer join purchase on"
                    + " customer = id group by name",
                "create unique index one_item on purchase(item collate nocase, at desc)",
                "create trigger audit after insert on customer begin select 1; end",
                "insert into customer(name) values ('Ada'), ('Bob')"),
            List.of("customer", "CUSTOMER", "purchase", "note", "spending", "p%", "_ote", "id")),
        new Schema(
            "odd names",
            List.of(
                "create table \"two words\"(\"a b\" integer primary key, \"quo\"\"te\" text, \"sel'ect\""
                    + " blob)",
                "create table \"order\"(\"group\" int, \"ünïcode\" real, [in brackets] text)",
                "create table \"a_b\"(x, primary key (x))",
                "create table \"a%b\"(x constraint \"pk x\" primary key, y references \"two words\")",
                "create index \"an index\" on \"order\"(\"group\")"),
            List.of("two words", "order", "a_b", "a\\_b", "a%b", "ünïcode", "quo\"te")),
        new Schema(
            "only SQLite has these",
            List.of(
                "create table strictly(id int primary key, v any, w text) strict",
                "create table rowless(k text, n int, v, primary key (k, n)) without rowid",
                "create table computed(a int, b int generated always as (a * 2) virtual, c int"
                    + " generated always as (a + 1) stored, check (a > 0))",
                "create virtual table words using fts5(body)",
                "create temp table scratch(x int)",
                "create table selfish(id integer primary key, parent references selfish)",
                "attach ':memory:' as other",
                "create table other.elsewhere(x int primary key)"),
            List.of(
                "strictly", "rowless", "computed", "words", "scratch", "selfish", "elsewhere")));
  }

  @TempDir Path folder;

  @ParameterizedTest
  @MethodSource("schemas")
  void everyMethodAnswersAsSqliteJdbcDoes(Schema schema) throws Exception {
    try (Twins twins = Twins.open(folder)) {
      twins.run(schema.statements);
      Set<String> asked = new TreeSet<>();
      for (Method method : Picture.methods(DatabaseMetaData.class)) {
        if (!OWN.contains(method.getName())) {
          asked.add(method.getName());
          Map<String, String> theirs = answers(twins.plain.getMetaData(), method, schema);
          Map<String, String> mine = answers(twins.ours.getMetaData(), method, schema);
          assertThat(Picture.differences(theirs, mine)).isEmpty();
        }
      }
      assertThat(asked).hasSizeGreaterThan(160).contains("getTables", "getColumns", "getTypeInfo");
    }
  }

  private static Map<String, String> answers(
      DatabaseMetaData metadata, Method method, Schema schema) throws Exception {
    Map<String, String> answers = new LinkedHashMap<>();
    for (List<Object> arguments : arguments(method, schema)) {
      String question = method.getName() + Arrays.deepToString(arguments.toArray());
      answers.put(question, Picture.call(metadata, method, arguments.toArray()));
      if (method.getReturnType() == ResultSet.class && answers.size() == 1) {
        answers.put(question + " columns", Picture.columns(metadata, method, arguments));
      }
    }
    return answers;
  }

  /** Every combination of what can be said for each parameter; catalog and schema go together. */
  private static List<List<Object>> arguments(Method method, Schema schema) {
    List<List<Object>> rows = List.of(List.of());
    Class<?>[] types = method.getParameterTypes();
    boolean qualified = types.length > 2 && types[0] == String.class && types[1] == String.class;
    for (int i = 0; i < types.length; i++) {
      boolean qualifier =
          qualified && (i < 2 || (method.getName().equals("getCrossReference") && i > 2 && i < 5));
      rows = times(rows, candidates(types[i], qualifier, i == 0, schema));
    }
    return rows;
  }

  private static List<List<Object>> times(List<List<Object>> rows, List<Object> values) {
    List<List<Object>> product = new ArrayList<>();
    for (List<Object> row : rows) {
      for (Object value : values) {
        List<Object> longer = new ArrayList<>(row);
        longer.add(value);
        product.add(longer);
      }
    }
    return product;
  }

  private static List<Object> candidates(
      Class<?> type, boolean qualifier, boolean first, Schema schema) {
    List<Object> values = new ArrayList<>();
    if (qualifier) {
      values.add(null);
      if (first) {
        values.add("main");
      }
    } else if (type == String.class) {
      values.addAll(schema.candidates());
    } else if (type == String[].class) {
      values.add(null);
      values.add(new String[] {"TABLE"});
      values.add(new String[] {"view", "SYSTEM TABLE"});
    } else if (type == int[].class) {
      values.add(null);
    } else if (type == boolean.class) {
      values.add(true);
      values.add(false);
    } else if (type == int.class) {
      values.addAll(List.of(0, 2, 8, 1004, 1008));
    } else {
      throw new IllegalStateException("no value for a parameter of type " + type);
    }
    return values;
  }
}

package io.inft.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every getter of connections, statements, result sets and their metadata, in the states a program
 * meets them in, against sqlite-jdbc's answer.
 */
class GettersTest {
  private static final String EVERYTHING =
      "select id, name, price, picture, born, flag, 1 + 1 as two, null as none, 'x' || name,"
          + " count(*) over () as n from thing order by id";

  /** The file, and what is made anew by each call. */
  private static final Set<String> CONNECTION_OWN =
      Set.of("getMetaData", "getDatabase", "getTypeMap");

  private static final Set<String> STATEMENT_OWN =
      Set.of("getConnection", "getResultSet", "getMetaData", "getParameterMetaData");
  private static final Set<String> ROWS_OWN = Set.of("getStatement", "getMetaData");

  @TempDir Path folder;
  private Twins twins;

  @BeforeEach
  void open() throws Exception {
    twins = Twins.open(folder);
    twins.run(
        List.of(
            "create table thing(id integer primary key, name varchar(20) not null, price"
                + " decimal(8, 2), picture blob, born date, flag boolean)",
            "insert into thing values (1, 'one', 12.5, x'0102', '2024-02-29', 1),"
                + " (2, '2', 3, null, 1709164800000, 0),"
                + " (3, 'naïve ☃', null, x'', '2024-02-29 12:34:56.789', null),"
                + " (9007199254740993, '', 1e300, 'text', -1.5, 'true')"));
  }

  @AfterEach
  void close() throws Exception {
    twins.close();
  }

  private interface Question {
    Map<String, String> ask(Connection connection) throws Exception;
  }

  private void assertSame(Question question) throws Exception {
    Map<String, String> theirs = question.ask(twins.plain);
    Map<String, String> mine = question.ask(twins.ours);
    assertThat(Picture.differences(theirs, mine)).isEmpty();
    assertThat(theirs).isNotEmpty();
  }

  private static Map<String, String> getters(Connection connection) throws Exception {
    Map<String, String> answers = Picture.getters(Connection.class, connection, CONNECTION_OWN);
    answers.remove("getWarnings");
    return answers;
  }

  @Test
  void aConnectionAnswersTheSameWhateverItIsDoing() throws Exception {
    assertSame(GettersTest::getters);
    assertSame(
        connection -> {
          connection.setAutoCommit(false);
          return getters(connection);
        });
    assertSame(
        connection -> {
          try (Statement statement = connection.createStatement()) {
            statement.execute("insert into thing(name) values ('in a transaction')");
          }
          return getters(connection);
        });
    assertSame(
        connection -> {
          connection.rollback();
          connection.setAutoCommit(true);
          connection.setTransactionIsolation(Connection.TRANSACTION_READ_UNCOMMITTED);
          connection.setCatalog("main");
          connection.setSchema("main");
          connection.setClientInfo("ApplicationName", "test");
          return getters(connection);
        });
  }

  @Test
  void aClosedConnectionAnswersTheSame() throws Exception {
    assertSame(
        connection -> {
          Statement statement = connection.createStatement();
          PreparedStatement prepared = connection.prepareStatement("select 1");
          ResultSet rows = prepared.executeQuery();
          DatabaseMetaData metadata = connection.getMetaData();
          connection.close();
          Map<String, String> answers = getters(connection);
          answers.put("statement", of(statement).toString());
          answers.put("prepared", of(prepared).toString());
          answers.put("rows", Picture.getters(ResultSet.class, rows, ROWS_OWN).toString());
          answers.put(
              "metadata",
              Picture.getters(DatabaseMetaData.class, metadata, Set.of("getURL", "getConnection"))
                  .toString());
          return answers;
        });
  }

  private static Map<String, String> of(Statement statement) throws Exception {
    Class<?> type =
        statement instanceof PreparedStatement ? PreparedStatement.class : Statement.class;
    return Picture.getters(type, statement, STATEMENT_OWN);
  }

  @Test
  void aStatementAnswersTheSameBeforeDuringAndAfter() throws Exception {
    List<String> texts =
        List.of(
            EVERYTHING,
            "insert into thing(name, price) values ('new', 1), ('newer', 2)",
            "update thing set price = 0 where id = 1",
            "insert into thing(name) values ('r') returning id, name",
            "delete from thing where name = 'no such'",
            "create table if not exists made(x)",
            "pragma user_version",
            "pragma user_version = 7",
            "explain select 1",
            "savepoint s",
            "release s",
            "begin",
            "commit",
            "values (1), (2)",
            "with recursive n(i) as (select 1 union all select i + 1 from n limit 3) select * from n",
            "vacuum",
            "not sql",
            "");
    for (String sql : texts) {
      assertSame(
          connection -> {
            Map<String, String> answers = new TreeMap<>();
            try (Statement statement = connection.createStatement()) {
              answers.put("0 fresh", of(statement).toString());
              answers.put("1 execute", tried(() -> statement.execute(sql)));
              answers.put("2 executed", of(statement).toString());
              answers.put("3 rows", tried(statement::getResultSet));
              answers.put("4 read", of(statement).toString());
              answers.put("5 more", tried(statement::getMoreResults));
              answers.put("6 after", of(statement).toString());
            }
            return answers;
          });
      assertSame(
          connection -> {
            Map<String, String> answers = new TreeMap<>();
            try (Statement statement = connection.createStatement()) {
              statement.setFetchSize(10);
              statement.setMaxRows(2);
              statement.setQueryTimeout(5);
              answers.put("1 query", tried(() -> statement.executeQuery(sql)));
              answers.put("2 queried", of(statement).toString());
              answers.put("3 update", tried(() -> statement.executeLargeUpdate(sql)));
              answers.put("4 updated", of(statement).toString());
              answers.put("5 keys", tried(() -> statement.execute(sql, 1)));
              answers.put("6 closed", tried(() -> of(closed(statement))));
            }
            return answers;
          });
      if (!sql.isEmpty()) {
        // sqlite-jdbc cannot close a connection on which an empty text was prepared.
        assertSame(connection -> Map.of("prepared", tried(() -> prepared(connection, sql))));
      }
    }
  }

  private static Statement closed(Statement statement) throws Exception {
    statement.close();
    return statement;
  }

  private static Map<String, String> prepared(Connection connection, String sql) throws Exception {
    Map<String, String> answers = new TreeMap<>();
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      answers.put("0 fresh", of(statement).toString());
      answers.put("1 columns", tried(() -> Picture.columns(statement.getMetaData())));
      answers.put("2 execute", tried(statement::execute));
      answers.put("3 executed", of(statement).toString());
      answers.put("4 rows", tried(statement::getResultSet));
      answers.put("5 query", tried(statement::executeQuery));
      answers.put("6 queried", of(statement).toString());
      answers.put("7 update", tried(statement::executeLargeUpdate));
      answers.put("8 updated", of(statement).toString());
    }
    return answers;
  }

  @FunctionalInterface
  private interface Attempt {
    Object make() throws Exception;
  }

  private static String tried(Attempt attempt) {
    try {
      return Picture.of(attempt.make());
    } catch (Exception e) {
      return Picture.failure(e);
    }
  }

  @Test
  void parametersAreDescribedTheSame() throws Exception {
    for (String sql :
        List.of(
            "select ?, ?2, :name, @at, $dollar",
            "insert into thing(name, price, picture) values (?, ?, ?)",
            "select 1",
            "update thing set born = ?1, price = ?1")) {
      assertSame(
          connection -> {
            Map<String, String> answers = new TreeMap<>();
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
              ParameterMetaData metadata = statement.getParameterMetaData();
              for (int round = 0; round < 2; round++) {
                answers.put(round + " count", String.valueOf(metadata.getParameterCount()));
                for (Method method : Picture.methods(ParameterMetaData.class)) {
                  for (int i = 0; i <= 6 && method.getParameterCount() == 1; i++) {
                    answers.put(round + method.getName() + i, Picture.call(metadata, method, i));
                  }
                }
                List<Object> values = List.of(1, "x", 1.5, new byte[] {1}, new BigDecimal("2.50"));
                for (int i = 1; i <= metadata.getParameterCount(); i++) {
                  statement.setObject(i, values.get(i - 1));
                }
              }
            }
            return answers;
          });
    }
  }

  @Test
  void everyColumnIsReadTheSameWithEveryGetter() throws Exception {
    for (String sql :
        List.of(
            EVERYTHING,
            "select * from thing where 0",
            "insert into thing(name, price) values ('back', 1.25) returning *")) {
      for (boolean direct : List.of(true, false)) {
        assertSame(
            connection -> {
              try (Statement statement = connection.createStatement()) {
                ResultSet rows;
                if (direct) {
                  rows = statement.executeQuery(sql);
                } else {
                  statement.execute(sql);
                  rows = statement.getResultSet();
                }
                return read(rows);
              }
            });
      }
    }
  }

  private static Map<String, String> read(ResultSet rows) throws Exception {
    Map<String, String> answers = new TreeMap<>();
    answers.put("columns", Picture.columns(rows.getMetaData()));
    int columns = rows.getMetaData().getColumnCount();
    List<Method> byNumber = new ArrayList<>();
    for (Method method : Picture.methods(ResultSet.class)) {
      if (method.getName().startsWith("get")
          && List.of(method.getParameterTypes()).equals(List.of(int.class))) {
        byNumber.add(method);
      }
    }
    assertThat(byNumber).hasSizeGreaterThan(20);
    int row = 0;
    do {
      answers.put(row + " state", Picture.getters(ResultSet.class, rows, ROWS_OWN).toString());
      for (Method method : byNumber) {
        for (int column = 0; column <= columns + 1; column++) {
          answers.put(
              row + " " + method.getName() + column + method.getReturnType().getSimpleName(),
              Picture.call(rows, method, column) + " " + tried(rows::wasNull));
        }
      }
      answers.put(row + " NAME", tried(() -> rows.getString("NAME")));
      answers.put(row + " find", tried(() -> rows.findColumn("no such")));
      row++;
    } while (rows.next());
    answers.put("end", Picture.getters(ResultSet.class, rows, ROWS_OWN).toString());
    rows.close();
    answers.put("closed", Picture.getters(ResultSet.class, rows, ROWS_OWN).toString());
    return answers;
  }
}

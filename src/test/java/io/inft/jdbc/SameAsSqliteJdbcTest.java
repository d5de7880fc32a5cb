package io.inft.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same calls on sqlite-jdbc's connection and on ours, answer by answer. */
class SameAsSqliteJdbcTest {
  private static final List<String> SCHEMA =
      List.of(
          "create table parent(id integer primary key, name text not null, price numeric(10, 2))",
          "create table child(a int, b varchar(20) default 'x', p references parent(id),"
              + " primary key (a, b), unique (p))",
          "create view v as select * from child join parent on p = id",
          "create index by_name on parent(name)",
          "create trigger t after insert on parent begin select 1; end",
          "insert into parent values (1, 'one', 1.5), (2, 'two', null)");

  @TempDir Path folder;
  private Connection plain;
  private Connection ours;

  @BeforeEach
  void open() throws Exception {
    plain = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("plain.db"));
    ours =
        new CapturedConnection(
            "jdbc:inft:notes", new PlainSession(folder.resolve("ours.db")), new Properties());
    for (Connection connection : List.of(plain, ours)) {
      try (Statement statement = connection.createStatement()) {
        for (String sql : SCHEMA) {
          statement.executeUpdate(sql);
        }
      }
    }
  }

  @AfterEach
  void close() throws Exception {
    plain.close();
    ours.close();
  }

  @Test
  void everyMetadataMethodWithoutArgumentsAnswersTheSameButTheUrl() throws Exception {
    Map<String, String> theirs = new TreeMap<>();
    Map<String, String> mine = new TreeMap<>();
    for (Method method : DatabaseMetaData.class.getMethods()) {
      if (method.getParameterCount() == 0
          && !List.of("getConnection", "getURL").contains(method.getName())) {
        theirs.put(method.getName(), call(plain.getMetaData(), method));
        mine.put(method.getName(), call(ours.getMetaData(), method));
      }
    }
    assertThat(mine).isEqualTo(theirs).hasSizeGreaterThan(100);
    assertThat(mine).containsEntry("getDatabaseProductName", "SQLite");
    assertThat(ours.getMetaData().getURL()).isEqualTo("jdbc:inft:notes");
    assertThat(ours.getMetaData().getConnection()).isSameAs(ours);
  }

  private static String call(DatabaseMetaData metadata, Method method) throws Exception {
    try {
      Object answer = method.invoke(metadata);
      return answer instanceof ResultSet rows ? text(rows) : String.valueOf(answer);
    } catch (InvocationTargetException e) {
      return e.getCause().getClass().getSimpleName() + ": " + e.getCause().getMessage();
    }
  }

  private static String text(ResultSet rows) throws SQLException {
    StringBuilder text = new StringBuilder();
    int columns = rows.getMetaData().getColumnCount();
    for (int i = 1; i <= columns; i++) {
      text.append(rows.getMetaData().getColumnName(i)).append('|');
    }
    while (rows.next()) {
      text.append('\n');
      for (int i = 1; i <= columns; i++) {
        text.append(rows.getString(i)).append('|');
      }
    }
    rows.close();
    return text.toString();
  }

  @Test
  void tablesColumnsKeysAndIndexesAreListedTheSame() throws Exception {
    List<String> answers = new ArrayList<>();
    for (Connection connection : List.of(plain, ours)) {
      DatabaseMetaData metadata = connection.getMetaData();
      answers.add(
          text(metadata.getTables(null, null, "%", null))
              + text(metadata.getColumns(null, null, "%", "%"))
              + text(metadata.getPrimaryKeys(null, null, "child"))
              + text(metadata.getImportedKeys(null, null, "child"))
              + text(metadata.getExportedKeys(null, null, "parent"))
              + text(metadata.getIndexInfo(null, null, "parent", false, true))
              + text(metadata.getCrossReference(null, null, "parent", null, null, "child")));
    }
    assertThat(answers.get(1)).isEqualTo(answers.get(0)).contains("by_name");
  }

  @Test
  void statementsAnswerTheSame() throws Exception {
    List<String> answers = new ArrayList<>();
    for (Connection connection : List.of(plain, ours)) {
      answers.add(conversation(connection));
    }
    assertThat(answers.get(1)).isEqualTo(answers.get(0));
  }

  /** What a program sees that uses much of JDBC, right and wrong; states and classes left out. */
  private static String conversation(Connection connection) throws SQLException {
    StringBuilder seen = new StringBuilder();
    try (Statement s = connection.createStatement()) {
      say(seen, () -> s.execute("insert into parent(name) values ('three')"));
      say(seen, s::getUpdateCount);
      say(seen, () -> text(s.getGeneratedKeys()));
      say(seen, () -> s.executeUpdate("update parent set price = 2"));
      say(seen, () -> s.executeQuery("update parent set price = 3"));
      say(seen, () -> text(s.executeQuery("select * from parent order by id")));
      say(seen, () -> s.execute("select 1; select 2"));
      say(seen, () -> text(s.getResultSet()));
      say(seen, s::getMoreResults);
      say(seen, s::getUpdateCount);
      say(seen, () -> s.executeUpdate("insert into parent(name) values ('x'), ('y')"));
      say(seen, () -> text(s.executeQuery("delete from parent where name = 'x' returning id")));
      say(seen, () -> s.executeUpdate("select 1"));
      say(seen, () -> s.execute(""));
      say(seen, () -> s.execute("nonsense"));
      say(seen, () -> s.executeUpdate("insert into parent(id, name) values (1, 'twice')"));
      s.addBatch("insert into parent(name) values ('b1')");
      s.addBatch("insert into parent(id, name) values (1, 'twice')");
      say(seen, s::executeBatch);
      say(seen, () -> s.executeLargeUpdate("delete from parent where name = 'b1'"));
      say(seen, s::isClosed);
      say(seen, s::getFetchSize);
      say(seen, () -> connection.nativeSQL("x"));
    }
    try (var p =
        connection.prepareStatement("select ? + 1 as sum, name from parent where id = ?")) {
      p.setInt(1, 41);
      p.setInt(2, 1);
      say(seen, () -> text(p.executeQuery()));
      say(seen, p::executeUpdate);
      say(seen, () -> p.getMetaData().getColumnName(1));
      say(seen, () -> p.getParameterMetaData().getParameterCount());
      say(seen, p::toString);
    }
    try (var p = connection.prepareStatement("insert into parent(name) values (?)")) {
      say(seen, p::executeQuery);
      p.setString(1, "prepared");
      say(seen, p::execute);
      say(seen, p::getUpdateCount);
      say(seen, () -> text(p.getGeneratedKeys()));
      p.setString(1, "batched");
      p.addBatch();
      say(seen, () -> p.executeBatch().length);
      p.setString(1, null);
      say(seen, p::executeUpdate);
    }
    say(seen, () -> connection.prepareStatement("select * from nowhere"));
    say(seen, () -> connection.prepareCall("x"));
    say(seen, connection::getTransactionIsolation);
    say(seen, () -> connection.setSavepoint("s").getSavepointName());
    say(seen, connection::getAutoCommit);
    connection.rollback();
    connection.setAutoCommit(true);
    say(seen, connection::getCatalog);
    say(seen, connection::getHoldability);
    return seen.toString();
  }

  private interface Question {
    Object ask() throws SQLException;
  }

  private static void say(StringBuilder seen, Question question) {
    try {
      Object answer = question.ask();
      seen.append(answer instanceof int[] counts ? counts.length : answer).append('\n');
    } catch (SQLException | NullPointerException e) {
      seen.append(e.getMessage()).append('\n');
    }
  }
}

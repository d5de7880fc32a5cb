package io.inft.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.primaryKey;
import static org.jooq.impl.DSL.table;

import java.sql.SQLException;
import java.util.stream.IntStream;
import org.jooq.CloseableDSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.SQLDialect;
import org.jooq.Table;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class JooqTest {
  private static final String URL = "jdbc:inft:sqlite:jooq";
  private static final Table<Record> NOTE = table(name("note"));
  private static final Field<Long> ID = field(name("id"), SQLDataType.BIGINT.identity(true));
  private static final Field<String> TEXT = field(name("text"), SQLDataType.CLOB);
  private static final Field<byte[]> PICTURE = field(name("picture"), SQLDataType.BLOB);

  @RegisterExtension final Machines machines = new Machines();

  @Test
  void theAliasTellsTheDialect() throws Exception {
    try (CloseableDSLContext jooq = DSL.using(URL)) {
      assertThat(jooq.dialect()).isEqualTo(SQLDialect.SQLITE);
    }
    try (CloseableDSLContext jooq = DSL.using("jdbc:inft:jooq")) {
      assertThat(jooq.dialect()).as("without the alias").isEqualTo(SQLDialect.DEFAULT);
    }
  }

  @Test
  void schemaKeysBatchesAndUpsertsAndAnotherMachineReads() throws Exception {
    byte[] picture = new byte[1 << 20];
    picture[99] = 9;
    try (CloseableDSLContext jooq = DSL.using(URL)) {
      jooq.createTable(NOTE)
          .column(ID)
          .column(TEXT)
          .column(PICTURE)
          .constraints(primaryKey(ID))
          .execute();
      Long id =
          jooq.insertInto(NOTE, TEXT, PICTURE).values("one", picture).returning(ID).fetchOne(ID);
      assertThat(id).isEqualTo(1);
      jooq.transaction(
          transaction ->
              transaction
                  .dsl()
                  .batch(
                      IntStream.range(0, 100)
                          .mapToObj(i -> transaction.dsl().insertInto(NOTE, TEXT).values("b" + i))
                          .toList())
                  .execute());
      jooq.insertInto(NOTE, ID, TEXT)
          .values(1L, "one, again")
          .onConflict(ID)
          .doUpdate()
          .set(TEXT, DSL.excluded(TEXT))
          .execute();
      assertThat(jooq.meta().getTables("note")).hasSize(1);
      assertThatThrownBy(
              () ->
                  jooq.transaction(
                      transaction -> {
                        transaction.dsl().deleteFrom(NOTE).execute();
                        throw new IllegalStateException("roll back");
                      }))
          .hasMessageContaining("roll back");
    }
    machines.lose();
    try (CloseableDSLContext jooq = DSL.using(URL)) {
      assertThat(jooq.fetchCount(NOTE)).isEqualTo(101);
      Record first = jooq.select(TEXT, PICTURE).from(NOTE).where(ID.eq(1L)).fetchOne();
      assertThat(first.get(TEXT)).isEqualTo("one, again");
      assertThat(first.get(PICTURE)).isEqualTo(picture);
    }
  }

  @Test
  void aConflictIsToldByItsState() throws Exception {
    try (CloseableDSLContext one = DSL.using(URL);
        CloseableDSLContext two = DSL.using(URL)) {
      one.execute("create table t(n int)");
      one.execute("insert into t values (1)");
      assertThatThrownBy(
              () ->
                  one.transaction(
                      transaction -> {
                        transaction.dsl().fetch("select n from t");
                        two.execute("update t set n = 2");
                        transaction.dsl().execute("update t set n = 3");
                      }))
          .isInstanceOfSatisfying(
              DataAccessException.class,
              e -> assertThat(e.getCause(SQLException.class).getSQLState()).isEqualTo("40001"));
      one.transaction(transaction -> transaction.dsl().execute("update t set n = n + 1"));
      assertThat(two.fetchValue("select n from t")).isEqualTo(3);
    }
  }
}

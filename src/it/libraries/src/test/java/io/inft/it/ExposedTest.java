package io.inft.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import kotlin.Unit;
import org.jetbrains.exposed.v1.core.Column;
import org.jetbrains.exposed.v1.core.ResultRow;
import org.jetbrains.exposed.v1.core.Table;
import org.jetbrains.exposed.v1.core.dao.id.LongIdTable;
import org.jetbrains.exposed.v1.jdbc.Database;
import org.jetbrains.exposed.v1.jdbc.QueriesKt;
import org.jetbrains.exposed.v1.jdbc.SchemaUtils;
import org.jetbrains.exposed.v1.jdbc.transactions.TransactionManager;
import org.jetbrains.exposed.v1.jdbc.transactions.TransactionsKt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Exposed is Kotlin's; here its compiled doors are opened from Java. */
class ExposedTest {
  private static final String URL = "jdbc:inft:exposed";

  @RegisterExtension final Machines machines = new Machines("DefaultDispatcher");

  static final class Notes extends LongIdTable {
    final Column<String> text = text("text", null, false);
    final Column<byte[]> picture = binary("picture");

    Notes() {
      super("note", "id", "note_pk");
    }
  }

  private final Notes notes = new Notes();

  /** {@code Database.connect(url)} with Kotlin's default arguments. */
  private static Database connect() throws Exception {
    Database.Companion.registerJdbcDriver("jdbc:inft", "io.inft.jdbc.InftDriver", "SQLite");
    Method connect =
        Arrays.stream(Database.Companion.class.getDeclaredMethods())
            .filter(method -> method.getName().equals("connect$default"))
            .filter(method -> method.getParameterTypes()[1] == String.class)
            .findFirst()
            .orElseThrow();
    Object[] arguments = new Object[connect.getParameterCount()];
    arguments[0] = Database.Companion;
    arguments[1] = URL;
    // A bit for every argument that is left to its default: all but the first.
    arguments[arguments.length - 2] = ~1;
    return (Database) connect.invoke(null, arguments);
  }

  @Test
  void schemaIdsAndBatchesAndAnotherMachineReads() throws Exception {
    byte[] picture = new byte[1 << 20];
    picture[5] = 5;
    Database here = connect();
    TransactionsKt.transaction(
        here,
        null,
        null,
        transaction -> {
          SchemaUtils.INSTANCE.create(new Table[] {notes}, false);
          Long first =
              QueriesKt.insertAndGetId(
                      notes,
                      (table, row) -> {
                        row.set(table.text, "one");
                        row.set(table.picture, picture);
                        return Unit.INSTANCE;
                      })
                  .getValue();
          assertThat(first).isEqualTo(1);
          QueriesKt.batchInsert(
              notes,
              List.of("a", "b", "c"),
              false,
              false,
              (row, text) -> {
                row.set(notes.text, text);
                row.set(notes.picture, new byte[0]);
                return Unit.INSTANCE;
              });
          return Unit.INSTANCE;
        });
    TransactionManager.Companion.closeAndUnregister(here);
    machines.lose();

    Database there = connect();
    List<String> texts = new ArrayList<>();
    TransactionsKt.transaction(
        there,
        null,
        null,
        transaction -> {
          for (ResultRow row : QueriesKt.selectAll(notes)) {
            texts.add(row.get(notes.text));
          }
          return Unit.INSTANCE;
        });
    TransactionManager.Companion.closeAndUnregister(there);
    assertThat(texts).containsExactly("one", "a", "b", "c");
    assertThat(machines.query(URL, "select length(picture) from note where id = 1"))
        .containsExactly(1 << 20);
  }
}

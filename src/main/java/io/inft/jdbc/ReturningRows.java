package io.inft.jdbc;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * The rows of INSERT, UPDATE or DELETE … RETURNING. SQLite commits such a statement when its rows
 * end, not when it is executed, so the engine must be told then. The rows of a database of which
 * not all pages are here are wrapped too, because each may take a fetch. No other result set is:
 * this costs per row.
 */
final class ReturningRows implements InvocationHandler {
  /** The statement that the rows belong to. */
  interface Owner {
    /** SQLite is about to make a row. */
    void rowWanted();

    /**
     * SQLite may have committed.
     *
     * @param forGood whether the rows are closed, not merely read to their end
     */
    void rowsEnded(boolean forGood) throws SQLException;

    /** Fetching a row failed; gives the exception to throw. */
    SQLException rowFailed(SQLException thrown);
  }

  private final ResultSet rows;
  private final Owner owner;

  private ReturningRows(ResultSet rows, Owner owner) {
    this.rows = rows;
    this.owner = owner;
  }

  static ResultSet of(ResultSet rows, Owner owner) {
    return (ResultSet)
        Proxy.newProxyInstance(
            ResultSet.class.getClassLoader(),
            new Class<?>[] {ResultSet.class},
            new ReturningRows(rows, owner));
  }

  @Override
  public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments)
      throws Throwable {
    Object result;
    try {
      if (method.getName().equals("next")) {
        owner.rowWanted();
      }
      result = method.invoke(rows, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause() instanceof SQLException sql ? owner.rowFailed(sql) : e.getCause();
    }
    if (method.getName().equals("close")) {
      owner.rowsEnded(true);
    } else if (method.getName().equals("next") && Boolean.FALSE.equals(result)) {
      owner.rowsEnded(false);
    }
    return result;
  }
}

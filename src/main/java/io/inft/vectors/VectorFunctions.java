package io.inft.vectors;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.sqlite.Function;

/**
 * sqlite-vec's functions in plain Java, under its names and with its answers: an exact search over
 * a column of blobs. Where sqlite-vec is loaded afterwards on the same connection, its own take
 * their place.
 *
 * <p>SQLite tells functions in C which type a vector has by a mark on the value, which Java cannot
 * see. Here a blob is of type {@code int8} if it has the bytes of one of the connection's last two
 * answers of {@code vec_int8} or {@code vec_quantize_int8}, and a distance to such a vector takes
 * the other side as {@code int8} too if it has as many bytes. So {@code
 * vec_distance_cosine(vec_int8(a), vec_int8(b))} means the same in both.
 */
public final class VectorFunctions {
  private static final int SQLITE_DETERMINISTIC = 0x800;
  private static final int SQLITE_INNOCUOUS = 0x200000;
  private static final int SQLITE_TEXT = 3;
  private static final int SQLITE_BLOB = 4;
  private static final String[] STORAGE = {"", "INTEGER", "REAL", "TEXT", "BLOB", "NULL"};

  private final Failures failures;

  // Mutable: what the connection's last two calls of functions for int8 answered, and the vector
  // that a call before this one had second, which in a search is the same for each row.
  private byte @Nullable [] lastInt8;
  private byte @Nullable [] lastInt8ButOne;
  private @Nullable Vector lastSecond;

  private VectorFunctions(Failures failures) {
    this.failures = failures;
  }

  /** Is told why a function failed, before SQLite is. */
  @FunctionalInterface
  public interface Failures {
    /** Nobody is to know more than SQLite. */
    Failures UNTOLD = message -> {};

    void failed(String message);
  }

  /** Registers them on a connection, for as long as it is open. */
  public static void register(Connection connection, Failures failures) throws SQLException {
    VectorFunctions functions = new VectorFunctions(failures);
    for (Distance distance : Distance.values()) {
      functions.add(
          connection,
          "vec_distance_" + distance.name().toLowerCase(Locale.ROOT),
          2,
          call -> call.answer(functions.measured(distance, call)));
    }
    functions.add(
        connection, "vec_f32", 1, call -> call.answer(call.vector(0, Vector.Type.FLOAT32)));
    functions.add(connection, "vec_int8", 1, VectorCall::answerInt8);
    functions.add(
        connection,
        "vec_quantize_int8",
        2,
        call -> {
          if (!"unit".equals(call.text(1))) {
            throw new VectorException("the second argument must be 'unit'");
          }
          call.answer(call.vector(0, Vector.Type.FLOAT32).quantized());
        });
    functions.add(
        connection,
        "vec_normalize",
        1,
        call -> call.answer(call.vector(0, Vector.Type.FLOAT32).normalized()));
    functions.add(connection, "vec_length", 1, call -> call.answer(call.vector(0).dimensions()));
    functions.add(connection, "vec_type", 1, call -> call.answer(call.vector(0).type().toString()));
    functions.add(connection, "vec_to_json", 1, call -> call.answer(call.vector(0).json()));
    functions.add(connection, "vec_version", 0, call -> call.answer("java"));
  }

  private void add(Connection connection, String name, int arguments, Body body)
      throws SQLException {
    Function.create(
        connection,
        name,
        new VectorCall(this, name, body),
        arguments,
        SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS);
  }

  private double measured(Distance distance, VectorCall call) throws SQLException, VectorException {
    byte[] left = call.blobOrNull(0);
    byte[] right = call.blobOrNull(1);
    boolean asOne = left != null && right != null && left.length == right.length;
    boolean either = isInt8(left) || isInt8(right);
    Vector first;
    try {
      first = left == null ? call.parsed(0) : Vector.of(left, type(asOne ? either : isInt8(left)));
    } catch (VectorException e) {
      throw new VectorException("the first vector: " + e.getMessage(), e);
    }
    Vector second;
    try {
      second =
          right == null ? call.parsed(1) : remembered(right, type(asOne ? either : isInt8(right)));
    } catch (VectorException e) {
      throw new VectorException("the second vector: " + e.getMessage(), e);
    }
    return distance.between(first, second);
  }

  private Vector remembered(byte[] blob, Vector.Type type) throws VectorException {
    Vector known = lastSecond;
    if (known != null && known.type() == type && Arrays.equals(known.blob(), blob)) {
      return known;
    }
    Vector made = Vector.of(blob, type);
    lastSecond = made;
    return made;
  }

  private boolean isInt8(byte @Nullable [] blob) {
    return blob != null && (Arrays.equals(blob, lastInt8) || Arrays.equals(blob, lastInt8ButOne));
  }

  private static Vector.Type type(boolean int8) {
    return int8 ? Vector.Type.INT8 : Vector.Type.FLOAT32;
  }

  /** What one function does. */
  @FunctionalInterface
  private interface Body {
    void run(VectorCall call) throws SQLException, VectorException;
  }

  /** A function in SQLite's eyes. */
  private static final class VectorCall extends Function {
    private final VectorFunctions functions;
    private final String name;
    private final Body body;

    private VectorCall(VectorFunctions functions, String name, Body body) {
      this.functions = functions;
      this.name = name;
      this.body = body;
    }

    @Override
    protected void xFunc() throws SQLException {
      try {
        body.run(this);
      } catch (VectorException e) {
        String message = name + ": " + e.getMessage();
        functions.failures.failed(message);
        error(message);
      }
    }

    private @Nullable String text(int argument) throws SQLException {
      return value_text(argument);
    }

    /** The bytes of an argument, or null if it is no blob. */
    private byte @Nullable [] blobOrNull(int argument) throws SQLException {
      if (value_type(argument) != SQLITE_BLOB) {
        return null;
      }
      byte[] blob = value_blob(argument);
      return blob == null ? new byte[0] : blob; // so SQLite hands over an empty one
    }

    /** A vector of the type that the argument has. */
    private Vector vector(int argument) throws SQLException, VectorException {
      byte[] blob = blobOrNull(argument);
      return blob == null ? parsed(argument) : Vector.of(blob, type(functions.isInt8(blob)));
    }

    private Vector vector(int argument, Vector.Type type) throws SQLException, VectorException {
      byte[] blob = blobOrNull(argument);
      return blob == null ? parsed(argument, type) : Vector.of(blob, type);
    }

    private Vector parsed(int argument) throws SQLException, VectorException {
      return parsed(argument, Vector.Type.FLOAT32);
    }

    private Vector parsed(int argument, Vector.Type type) throws SQLException, VectorException {
      int storage = value_type(argument);
      if (storage != SQLITE_TEXT) {
        throw new VectorException(
            "a vector is a BLOB, or as TEXT a JSON array; found " + STORAGE[storage]);
      }
      return Vector.parse(String.valueOf(value_text(argument)), type);
    }

    /** Of a blob the same blob, once a row of a search. */
    private void answerInt8() throws SQLException, VectorException {
      byte[] blob = blobOrNull(0);
      if (blob == null || blob.length == 0) {
        answer(vector(0, Vector.Type.INT8));
      } else {
        remember(blob);
        result(blob);
      }
    }

    private void remember(byte[] int8) {
      functions.lastInt8ButOne = functions.lastInt8;
      functions.lastInt8 = int8;
    }

    private void answer(Vector vector) throws SQLException {
      if (vector.type() == Vector.Type.INT8) {
        remember(vector.blob());
      }
      result(vector.blob());
    }

    private void answer(double number) throws SQLException {
      result(number);
    }

    private void answer(int number) throws SQLException {
      result(number);
    }

    private void answer(String text) throws SQLException {
      result(text);
    }
  }
}

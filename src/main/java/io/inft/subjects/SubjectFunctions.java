package io.inft.subjects;

import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
import io.inft.failure.ReadOnlyException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.sqlite.Function;

/**
 * The SQL functions for values of a subject. They are direct-only: a view, a trigger, an index or a
 * computed column that named them could write down what they open.
 */
public final class SubjectFunctions {
  private static final int SQLITE_DIRECTONLY = 0x80000;
  private static final int INTEGER = 1;
  private static final int REAL = 2;
  private static final int TEXT = 3;
  private static final int BLOB = 4;

  private SubjectFunctions() {}

  /** Is told why a function failed, before SQLite is. */
  public interface Failures {
    void failed(InftException failure);

    /** A value is none that the function takes. */
    void refused(String reason);
  }

  /** A value is none that the function takes. */
  private static final class RefusedValue extends Exception {
    private static final long serialVersionUID = 1L;

    RefusedValue(String message) {
      super(message);
    }
  }

  /**
   * Registers them on a connection, for as long as it is open.
   *
   * @param reading whether the connection may only read at the moment: then nothing is forgotten,
   *     whoever writes the query
   */
  public static void register(
      Connection connection, SubjectKeys keys, BooleanSupplier reading, Failures failures)
      throws SQLException {
    add(connection, failures, "inft_seal", 2, call -> seal(keys, call));
    add(connection, failures, "inft_open", 1, call -> open(keys, call));
    add(
        connection,
        failures,
        "inft_sealed_state",
        1,
        call -> call.answer(state(keys, call.blob(0))));
    add(
        connection,
        failures,
        "inft_forget",
        1,
        call -> call.answer(forget(keys, reading, call.subject())));
    add(
        connection,
        failures,
        "inft_subject_tag",
        1,
        call -> call.answer(SubjectKeys.hex(keys.tag(call.subject()))));
  }

  private static int forget(SubjectKeys keys, BooleanSupplier reading, String subject)
      throws InftException {
    if (reading.getAsBoolean()) {
      throw new ReadOnlyException(
          "this connection", "a subject is forgotten on one that writes, in a query as well");
    }
    return keys.forget(keys.tag(subject)) ? 1 : 0;
  }

  private static void seal(SubjectKeys keys, Call call)
      throws SQLException, InftException, RefusedValue {
    byte[] plain = call.stored(1);
    if (plain == null) {
      call.nothing();
    } else {
      call.answer(SealedValue.seal(keys, call.subject(), plain));
      Arrays.fill(plain, (byte) 0);
    }
  }

  private static void open(SubjectKeys keys, Call call)
      throws SQLException, InftException, RefusedValue {
    byte[] blob = call.blob(0);
    Optional<byte[]> plain = blob == null ? Optional.empty() : SealedValue.parse(blob).open(keys);
    if (plain.isEmpty()) {
      call.nothing();
    } else {
      call.restore(plain.get());
    }
  }

  private static @Nullable String state(SubjectKeys keys, byte @Nullable [] blob)
      throws InftException {
    if (blob == null) {
      return null;
    }
    SealedValue.State state;
    try {
      state = SealedValue.parse(blob).state(keys);
    } catch (CorruptObjectException e) {
      state = SealedValue.State.DAMAGED;
    }
    return state.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private static void add(
      Connection connection, Failures failures, String name, int arguments, Body body)
      throws SQLException {
    Function.create(connection, name, new Call(name, failures, body), arguments, SQLITE_DIRECTONLY);
  }

  /** What one function does. */
  @FunctionalInterface
  private interface Body {
    void run(Call call) throws SQLException, InftException, RefusedValue;
  }

  /** A function in SQLite's eyes. */
  private static final class Call extends Function {
    private final String name;
    private final Failures failures;
    private final Body body;

    private Call(String name, Failures failures, Body body) {
      this.name = name;
      this.failures = failures;
      this.body = body;
    }

    @Override
    protected void xFunc() throws SQLException {
      try {
        body.run(this);
      } catch (InftException e) {
        failures.failed(e);
        error(name + ": " + e.getMessage());
      } catch (RefusedValue e) {
        String reason = name + ": " + e.getMessage();
        failures.refused(reason);
        error(reason);
      }
    }

    private String subject() throws SQLException, RefusedValue {
      String subject = value_type(0) == TEXT ? value_text(0) : null;
      if (subject == null || subject.isEmpty()) {
        throw new RefusedValue("a subject is a text that is not empty");
      }
      return subject;
    }

    /** The value with its storage class before it; null for NULL. */
    private byte @Nullable [] stored(int argument) throws SQLException {
      int type = value_type(argument);
      return switch (type) {
        case INTEGER -> number(type, value_long(argument));
        case REAL -> number(type, Double.doubleToRawLongBits(value_double(argument)));
        case TEXT ->
            tagged(type, String.valueOf(value_text(argument)).getBytes(StandardCharsets.UTF_8));
        case BLOB -> tagged(type, bytes(argument));
        default -> null;
      };
    }

    private static byte[] number(int type, long bits) {
      return ByteBuffer.allocate(1 + Long.BYTES).put((byte) type).putLong(bits).array();
    }

    private static byte[] tagged(int type, byte[] value) {
      return ByteBuffer.allocate(1 + value.length).put((byte) type).put(value).array();
    }

    private byte[] bytes(int argument) throws SQLException {
      byte[] bytes = value_blob(argument);
      return bytes == null ? new byte[0] : bytes;
    }

    private byte @Nullable [] blob(int argument) throws SQLException, RefusedValue {
      int type = value_type(argument);
      if (type == BLOB) {
        return bytes(argument);
      }
      if (type == INTEGER || type == REAL || type == TEXT) {
        throw new RefusedValue("a sealed value is a BLOB");
      }
      return null;
    }

    private void restore(byte[] plain) throws SQLException, InftException {
      ByteBuffer in = ByteBuffer.wrap(plain);
      int type = in.get();
      boolean number = type == INTEGER || type == REAL;
      if (number ? in.remaining() != Long.BYTES : type != TEXT && type != BLOB) {
        throw new CorruptObjectException("sealed value", 0, "it holds no value of SQLite's");
      }
      switch (type) {
        case INTEGER -> result(in.getLong());
        case REAL -> result(Double.longBitsToDouble(in.getLong()));
        case TEXT -> result(StandardCharsets.UTF_8.decode(in).toString());
        default -> result(Arrays.copyOfRange(plain, 1, plain.length));
      }
    }

    private void nothing() throws SQLException {
      result();
    }

    private void answer(byte[] blob) throws SQLException {
      result(blob);
    }

    private void answer(int number) throws SQLException {
      result(number);
    }

    private void answer(@Nullable String text) throws SQLException {
      if (text == null) {
        result();
      } else {
        result(text);
      }
    }
  }
}

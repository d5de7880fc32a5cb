package io.inft.rpc;

import java.io.IOException;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.concurrent.TimeoutException;

/**
 * The head of an HTTP/1.1 answer, RFC 9112.
 *
 * @param length of the body; empty where it is in pieces or ends with the connection
 * @param isKept whether the connection may be used again, if the body has an end of its own
 */
record AnswerHead(int status, OptionalLong length, boolean isInPieces, boolean isKept) {
  private static final int MAX_LINE_BYTES = 16 << 10;
  private static final int MAX_LINES = 256;
  private static final int STATUS_START = 9;
  private static final int STATUS_END = 12;
  private static final int NO_CONTENT = 204;
  private static final int NOT_MODIFIED = 304;

  /** Reads the head of the answer proper; interim ones are passed over. */
  static AnswerHead read(Wire wire) throws IOException, TimeoutException, InterruptedException {
    AnswerHead head = one(wire);
    for (int lines = 0; head.status() < 200; lines++) {
      if (lines == MAX_LINES) {
        throw new IOException("the server answers with interim answers only");
      }
      head = one(wire);
    }
    return head;
  }

  private static AnswerHead one(Wire wire)
      throws IOException, TimeoutException, InterruptedException {
    String first = wire.line(MAX_LINE_BYTES);
    int status = status(first);
    boolean isKept = first.startsWith("HTTP/1.1");
    boolean isInPieces = false;
    OptionalLong length = OptionalLong.empty();
    int lines = 0;
    for (String line = wire.line(MAX_LINE_BYTES);
        !line.isEmpty();
        line = wire.line(MAX_LINE_BYTES)) {
      if (++lines > MAX_LINES) {
        throw new IOException("the answer's head is longer than " + MAX_LINES + " lines");
      }
      int colon = line.indexOf(':');
      String name = line.substring(0, Math.max(0, colon)).toLowerCase(Locale.ROOT);
      String value = line.substring(colon + 1).strip().toLowerCase(Locale.ROOT);
      switch (name) {
        case "connection" -> isKept &= !value.contains("close");
        case "transfer-encoding" -> {
          if (!value.equals("chunked")) {
            throw new IOException("the answer comes in a transfer encoding that was not asked for");
          }
          isInPieces = true;
        }
        case "content-length" -> {
          OptionalLong said = OptionalLong.of(number(value, 10));
          if (length.isPresent() && !length.equals(said)) {
            throw new IOException("the answer has two lengths");
          }
          length = said;
        }
        default -> {}
      }
    }
    if (status < 200 || status == NO_CONTENT || status == NOT_MODIFIED) {
      length = OptionalLong.of(0);
      isInPieces = false;
    }
    return new AnswerHead(status, isInPieces ? OptionalLong.empty() : length, isInPieces, isKept);
  }

  private static int status(String line) throws IOException {
    boolean isKnown = line.startsWith("HTTP/1.1 ") || line.startsWith("HTTP/1.0 ");
    if (isKnown && (line.length() == STATUS_END || line.startsWith(" ", STATUS_END))) {
      long status = number(line.substring(STATUS_START, STATUS_END), 10);
      if (status >= 100) {
        return (int) status;
      }
    }
    throw new IOException("the answer is no HTTP/1.1");
  }

  /** Reads the body that belongs to it. */
  byte[] body(Wire wire, int maxBytes) throws IOException, TimeoutException, InterruptedException {
    Collected body = new Collected(maxBytes, length.orElse(0));
    if (isInPieces) {
      pieces(wire, body);
    } else if (length.isPresent()) {
      wire.read(length.getAsLong(), body);
    } else {
      wire.readToEnd(body);
    }
    return body.toBytes();
  }

  /** Whether the end of the body is not the end of the connection. */
  boolean hasEnd() {
    return isInPieces || length.isPresent();
  }

  private static void pieces(Wire wire, Collected body)
      throws IOException, TimeoutException, InterruptedException {
    while (true) {
      String line = wire.line(MAX_LINE_BYTES);
      int extension = line.indexOf(';');
      long count = number((extension < 0 ? line : line.substring(0, extension)).strip(), 16);
      if (count == 0) {
        break;
      }
      wire.read(count, body);
      if (!wire.line(MAX_LINE_BYTES).isEmpty()) {
        throw new IOException("a piece of the answer is longer than it says");
      }
    }
    for (int lines = 0; !wire.line(MAX_LINE_BYTES).isEmpty(); lines++) {
      if (lines == MAX_LINES) {
        throw new IOException("the answer's end is longer than " + MAX_LINES + " lines");
      }
    }
  }

  private static long number(String digits, int radix) throws IOException {
    try {
      long number = Long.parseLong(digits, radix);
      if (number >= 0 && Character.isLetterOrDigit(digits.charAt(0))) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw new IOException("the answer has no sound number", e);
    }
    throw new IOException("the answer has no sound number");
  }
}

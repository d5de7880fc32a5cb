package io.inft.evm;

import io.inft.bytes.Blob;
import io.inft.failure.CorruptObjectException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * What a contract said when it refused.
 *
 * @param data the revert data, which may be empty
 */
public record Revert(Blob data) {
  private static final String ERROR = "08c379a0";
  private static final String PANIC = "4e487b71";
  private static final int MAX_REASON_BYTES = 1024;

  /** The first four bytes in hex without a prefix, or empty when the data has none. */
  public String selector() {
    byte[] bytes = data.toBytes();
    return bytes.length < 4 ? "" : HexFormat.of().formatHex(bytes, 0, 4);
  }

  /** Whether it is the custom error with this signature, such as {@code "NotOwner(address)"}. */
  public boolean is(String signature) {
    return selector().equals(HexFormat.of().formatHex(AbiWriter.selector(signature)));
  }

  /** The arguments of a custom error. */
  public AbiReader arguments() {
    byte[] bytes = data.toBytes();
    return new AbiReader("revert data", Blob.of(Arrays.copyOfRange(bytes, 4, bytes.length)));
  }

  /** The text of {@code Error(string)}, if that is what it is. */
  public Optional<String> text() {
    if (!selector().equals(ERROR)) {
      return Optional.empty();
    }
    try {
      return Optional.of(arguments().string("reason", MAX_REASON_BYTES));
    } catch (CorruptObjectException notAText) {
      return Optional.empty();
    }
  }

  /** For people: the text, the panic code, or the selector of a custom error. */
  public String describe() {
    if (data.isEmpty()) {
      return "no reason given";
    }
    if (selector().equals(PANIC)) {
      try {
        return "panic 0x" + arguments().uint("code").toString(16);
      } catch (CorruptObjectException e) {
        return "panic";
      }
    }
    return text().map(reason -> '"' + reason + '"').orElse("custom error 0x" + selector());
  }
}

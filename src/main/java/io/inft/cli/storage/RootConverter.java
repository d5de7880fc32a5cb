package io.inft.cli.storage;

import io.inft.bytes.Digest;
import picocli.CommandLine;

/** Reads a Merkle root. */
final class RootConverter implements CommandLine.ITypeConverter<Digest> {
  @Override
  public Digest convert(String text) {
    try {
      return Digest.parse(text);
    } catch (IllegalArgumentException e) {
      throw new CommandLine.TypeConversionException(
          "'" + text + "' is no root; 0x and 64 hex digits are expected");
    }
  }
}

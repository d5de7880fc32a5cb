package io.inft.cli.console;

import java.util.List;
import java.util.Locale;

/** How numbers of bytes are written for people: three digits and a unit of a thousand. */
public final class ByteText {
  private static final List<String> UNITS = List.of("B", "KB", "MB", "GB", "TB", "PB", "EB");

  private ByteText() {}

  public static String of(long bytes) {
    double value = bytes;
    int unit = 0;
    while (value >= 999.5 && unit < UNITS.size() - 1) {
      value /= 1000;
      unit++;
    }
    String digits = unit > 0 && value < 9.95 ? "%.1f" : "%.0f";
    return String.format(Locale.ROOT, digits, value) + " " + UNITS.get(unit);
  }
}

package io.inft.rpc;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Names of machines that only this one, or its own network, can reach. */
final class PrivateHost {
  private static final Pattern ADDRESS =
      Pattern.compile(
          "(127|10)(\\.[0-9]{1,3}){3}|(192\\.168|172\\.(1[6-9]|2[0-9]|3[01]))(\\.[0-9]{1,3}){2}");

  private static final Pattern NAME =
      Pattern.compile("[^.]+|.*\\.(local|localhost|internal)|\\[.*");

  private PrivateHost() {}

  /** Judges by the text alone: nobody is asked for a name. */
  static boolean is(@Nullable String host) {
    return host == null || NAME.matcher(host).matches() || ADDRESS.matcher(host).matches();
  }
}

package io.inft.jdbc.network;

import io.inft.jdbc.config.InftProperty;
import io.inft.jdbc.config.Logging;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * Tells of servers that are asked over {@code http://} or {@code ws://} beyond this machine:
 * whoever is on the way sees what is asked, and answers in their place. What they cannot do is in
 * {@code security.md}.
 */
public final class PlainHttp {
  private static final List<InftProperty> SERVERS =
      List.of(InftProperty.RPC, InftProperty.INDEXER, InftProperty.NODES);

  private static final Pattern LOOPBACK =
      Pattern.compile("localhost|.*\\.localhost|127(\\.[0-9]{1,3}){3}|\\[::1]|\\[0:0:0:0:0:0:0:1]");

  /** What was logged by this JVM: a server is told of once. */
  private static final Set<String> LOGGED = ConcurrentHashMap.newKeySet();

  private static final int MOST_LOGGED = 100;

  private PlainHttp() {}

  /** A sentence for each setting that names such a server; neither path nor user of its URL. */
  public static List<String> warnings(NetworkRequest request) {
    List<String> warnings = new ArrayList<>();
    for (InftProperty property : SERVERS) {
      for (String scheme : List.of("http", "ws")) {
        List<String> hosts =
            request.text(property).stream()
                .flatMap(text -> Pattern.compile(",").splitAsStream(text))
                .map(String::strip)
                .flatMap(url -> host(scheme, url).stream())
                .distinct()
                .toList();
        if (!hosts.isEmpty()) {
          warnings.add(warning(property, scheme, String.join(", ", hosts)));
        }
      }
    }
    return warnings;
  }

  private static String warning(InftProperty property, String scheme, String hosts) {
    return property.propertyName()
        + " asks "
        + hosts
        + " over "
        + scheme
        + "://: whoever is on the way reads what is asked and can answer in its place; use "
        + scheme
        + "s://";
  }

  /** Logs each sentence once in this JVM. */
  public static void log(List<String> warnings) {
    for (String warning : warnings) {
      if (LOGGED.size() < MOST_LOGGED && LOGGED.add(warning)) {
        Logging.LOG.warn(warning);
      }
    }
  }

  private static List<String> host(String scheme, String url) {
    try {
      URI address = URI.create(url);
      String host = address.getHost();
      boolean told =
          scheme.equalsIgnoreCase(address.getScheme())
              && host != null
              && !LOOPBACK.matcher(host).matches();
      return told && host != null ? List.of(host) : List.of();
    } catch (IllegalArgumentException noUrl) {
      return List.of(); // refused where it is used
    }
  }
}

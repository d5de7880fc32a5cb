package io.inft.replica;

import io.inft.failure.SettingsConflictException;
import io.inft.replica.local.Network;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The settings that all sessions of one engine share, because there is one publisher, one working
 * copy and one account for all of them.
 */
final class SharedSettings {
  private static final String NOT_SET = "(the network's own)";

  private SharedSettings() {}

  /** The first setting in which two requests differ, empty if one engine can serve both. */
  static Optional<SettingsConflictException> difference(
      EngineSettings open, Network openOn, EngineSettings asked, Network askedOn) {
    Map<String, String> ours = of(open, openOn);
    Map<String, String> theirs = of(asked, askedOn);
    Set<String> names = new LinkedHashSet<>(ours.keySet());
    names.addAll(theirs.keySet());
    for (String name : names) {
      String here = ours.getOrDefault(name, NOT_SET);
      String there = theirs.getOrDefault(name, NOT_SET);
      if (!here.equals(there)) {
        return Optional.of(new SettingsConflictException(name, here, there));
      }
    }
    return Optional.empty();
  }

  private static Map<String, String> of(EngineSettings settings, Network network) {
    Map<String, String> shared = new LinkedHashMap<>();
    shared.put("syncInterval", spelled(settings.cadence().syncInterval()));
    shared.put("eventBatch", Integer.toString(settings.cadence().eventBatch()));
    shared.put("maxLag", spelled(settings.cadence().maxLag()));
    shared.put("onLag", spelled(settings.cadence().onLag()));
    shared.put("onClose", spelled(settings.ending().onClose()));
    shared.put("closeTimeout", spelled(settings.ending().timeout()));
    shared.put("linger", spelled(settings.ending().linger()));
    shared.put("renewAfter", spelled(settings.objects().renewAfter()));
    shared.put("padding", spelled(settings.objects().padding()));
    shared.put("inline", spelled(settings.inlining().choice()));
    shared.put("inlineMaxAge", spelled(settings.inlining().maxAge()));
    shared.putAll(settings.networkLimits());
    network
        .signer()
        .ifPresent(signer -> shared.put("privateKey", "(that of " + signer.address() + ")"));
    return shared;
  }

  private static String spelled(Enum<?> choice) {
    return choice.name().toLowerCase(Locale.ROOT);
  }

  /** As a user writes it, in the largest unit that leaves no rest. */
  private static String spelled(Duration duration) {
    long millis = duration.toMillis();
    if (millis % 1000 != 0) {
      return millis + "ms";
    }
    long seconds = millis / 1000;
    if (seconds == 0 || seconds % 60 != 0) {
      return seconds + "s";
    }
    long minutes = seconds / 60;
    if (minutes % 60 != 0) {
      return minutes + "m";
    }
    return minutes % (24 * 60) == 0 ? minutes / (24 * 60) + "d" : minutes / 60 + "h";
  }
}

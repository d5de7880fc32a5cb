package io.inft.jdbc.config;

import io.inft.failure.SettingException;
import java.math.BigDecimal;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;

/**
 * The settings of one connection, resolved and checked for form. Immutable; its text form shows no
 * secret.
 */
public final class Settings {
  /** Where a value was found; the earlier ones win. */
  public enum Source {
    PROPERTIES,
    URL,
    SYSTEM_PROPERTY,
    ENVIRONMENT,
    DEFAULT
  }

  private record Found(String value, Source source) {}

  private final Map<InftProperty, Found> values;
  private final Map<String, String> pragmas;

  private Settings(Map<InftProperty, Found> values, Map<String, String> pragmas) {
    this.values = values;
    this.pragmas = pragmas;
  }

  /**
   * Resolves every property.
   *
   * @throws SettingException for an unknown name (naming the nearest known one), a secret in the
   *     URL, or a value of the wrong form; never with a secret in its message
   */
  public static Settings resolve(
      Map<String, String> url, Properties given, Surroundings surroundings)
      throws SettingException {
    refuseSecrets(url);
    Map<String, String> properties = texts(given);
    Map<InftProperty, Found> values = new EnumMap<>(InftProperty.class);
    Map<String, String> pragmas = new TreeMap<>();
    sort(url, Source.URL, values, pragmas);
    sort(properties, Source.PROPERTIES, values, pragmas);
    for (InftProperty property : InftProperty.values()) {
      if (!values.containsKey(property)) {
        surrounding(property, surroundings).ifPresent(found -> values.put(property, found));
      }
    }
    for (Map.Entry<InftProperty, Found> entry : values.entrySet()) {
      checkForm(entry.getKey(), entry.getValue().value());
    }
    for (Map.Entry<String, String> pragma : pragmas.entrySet()) {
      SqlitePragma.check(pragma.getKey(), pragma.getValue());
    }
    return new Settings(values, Collections.unmodifiableMap(pragmas));
  }

  /** The value given, or the property's fixed default. */
  public Optional<String> text(InftProperty property) {
    Found found = values.get(property);
    return found == null ? property.defaultValue() : Optional.of(found.value());
  }

  /** Where the value of {@link #text} comes from. */
  public Source source(InftProperty property) {
    Found found = values.get(property);
    return found == null ? Source.DEFAULT : found.source();
  }

  public Optional<Duration> duration(InftProperty property) {
    return text(property).flatMap(DurationText::parse);
  }

  public Optional<Long> number(InftProperty property) {
    return text(property).map(Long::parseLong);
  }

  public Optional<Boolean> flag(InftProperty property) {
    return text(property).map(value -> value.equalsIgnoreCase("true"));
  }

  public Optional<BigDecimal> amount(InftProperty property) {
    return text(property).map(BigDecimal::new);
  }

  /** A path; {@code ~/} at its beginning is the user's home. */
  public Optional<Path> path(InftProperty property) throws SettingException {
    Optional<String> text = text(property);
    return text.isEmpty() ? Optional.empty() : Optional.of(expand(text.get()));
  }

  /** What may be spent in every hour or day. */
  public Optional<BudgetText> budget(InftProperty property) {
    return text(property).flatMap(BudgetText::parse);
  }

  /** The choice in lower case, as the property lists it. */
  public Optional<String> choice(InftProperty property) {
    return text(property).map(value -> value.toLowerCase(Locale.ROOT));
  }

  /** Those values that decide what a network is; no secrets among them. */
  public Map<InftProperty, String> networkValues() {
    Map<InftProperty, String> chosen = new EnumMap<>(InftProperty.class);
    for (InftProperty property : InftProperty.NETWORK_PROPERTIES) {
      text(property).ifPresent(value -> chosen.put(property, value));
    }
    return chosen;
  }

  /** sqlite-jdbc's own properties, by lower-case name. */
  public Map<String, String> pragmas() {
    return pragmas;
  }

  private static void refuseSecrets(Map<String, String> url) throws SettingException {
    for (String name : url.keySet()) {
      for (InftProperty property : InftProperty.values()) {
        if (property.secret() && property.propertyName().equalsIgnoreCase(name)) {
          throw new SettingException(
              property.propertyName(),
              "it must not stand in a URL, because URLs end up in logs; give it as a connection"
                  + " property"
                  + property.environment().map(variable -> " or in " + variable).orElse(""));
        }
      }
    }
  }

  /**
   * Names and values of Properties, those of its defaults and those that are no strings included.
   */
  private static Map<String, String> texts(Properties given) {
    Map<String, String> texts = new LinkedHashMap<>();
    for (String name : given.stringPropertyNames()) {
      texts.put(name, given.getProperty(name));
    }
    given.forEach(
        (name, value) -> {
          if (name instanceof String text && !(value instanceof String)) {
            texts.put(text, value instanceof char[] chars ? new String(chars) : value.toString());
          }
        });
    return texts;
  }

  private static void sort(
      Map<String, String> given,
      Source source,
      Map<InftProperty, Found> values,
      Map<String, String> pragmas)
      throws SettingException {
    for (Map.Entry<String, String> entry : given.entrySet()) {
      String name = entry.getKey();
      Optional<InftProperty> property = InftProperty.of(name);
      Optional<String> pragma = property.isPresent() ? Optional.empty() : SqlitePragma.known(name);
      if (property.isEmpty() && pragma.isEmpty()) {
        throw unknown(name);
      }
      if (!entry.getValue().isEmpty()) {
        property.ifPresent(known -> values.put(known, new Found(entry.getValue(), source)));
        pragma.ifPresent(known -> pragmas.put(known, entry.getValue()));
      }
    }
  }

  private static SettingException unknown(String name) {
    List<String> names = new ArrayList<>();
    for (InftProperty property : InftProperty.values()) {
      names.add(property.propertyName());
    }
    names.addAll(SqlitePragma.knownNames());
    return new SettingException(
        name,
        NearestName.to(name, names)
            .map(nearest -> "there is no such property, did you mean '" + nearest + "'?")
            .orElse("there is no such property; see Driver.getPropertyInfo for all of them"));
  }

  private static Optional<Found> surrounding(InftProperty property, Surroundings surroundings) {
    Optional<String> system =
        surroundings.systemProperties().apply(property.systemProperty()).filter(Settings::nonEmpty);
    if (system.isPresent()) {
      return system.map(value -> new Found(value, Source.SYSTEM_PROPERTY));
    }
    return property
        .environment()
        .flatMap(surroundings.environment())
        .filter(Settings::nonEmpty)
        .map(value -> new Found(value, Source.ENVIRONMENT));
  }

  private static boolean nonEmpty(String value) {
    return !value.isEmpty();
  }

  private static void checkForm(InftProperty property, String value) throws SettingException {
    boolean fine =
        switch (property.kind()) {
          case TEXT, SECRET -> true;
          case CHOICE, BOOLEAN -> property.choices().contains(value.toLowerCase(Locale.ROOT));
          case INTEGER -> value.matches("[0-9]{1,18}");
          case AMOUNT -> value.matches("[0-9]{1,18}(\\.[0-9]{1,18})?");
          case BUDGET -> BudgetText.parse(value).isPresent();
          case DURATION -> DurationText.parse(value).isPresent();
          case PATH -> isPath(value);
        };
    if (property.atLeastOne() && fine) {
      fine = !value.matches("0+") && value.length() <= 9;
    }
    if (!fine) {
      throw new SettingException(
          property.propertyName(),
          "'" + value + "' is not possible; expected " + expected(property));
    }
  }

  private static String expected(InftProperty property) {
    return switch (property.kind()) {
      case CHOICE, BOOLEAN -> String.join(" or ", property.choices());
      case INTEGER -> property.atLeastOne() ? "a whole number, at least 1" : "a whole number";
      case DURATION -> DurationText.FORMS;
      case PATH -> "a path";
      case AMOUNT -> "a decimal number";
      case BUDGET -> BudgetText.FORMS;
      case TEXT, SECRET -> "text";
    };
  }

  private static boolean isPath(String value) throws SettingException {
    try {
      return expand(value) != null;
    } catch (InvalidPathException noPath) {
      return false;
    }
  }

  private static Path expand(String value) throws SettingException {
    boolean inHome = value.equals("~") || value.startsWith("~/");
    return inHome
        ? UserHome.folder().resolve(value.substring(value.length() > 1 ? 2 : 1))
        : Path.of(value);
  }

  /** Names, values and sources, with secrets left out. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("Settings[");
    values.forEach(
        (property, found) ->
            text.append(property.propertyName())
                .append('=')
                .append(property.secret() ? "***" : found.value())
                .append(' '));
    return text.append(pragmas).append(']').toString();
  }
}

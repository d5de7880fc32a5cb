package io.inft.jdbc.network;

import io.inft.bytes.SigningKey;
import io.inft.jdbc.config.InftProperty;
import io.inft.jdbc.config.Settings;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * What a connection asks of a network. Immutable. Two requests are equal when they would make the
 * same network, so that connections can share it; the text form shows no secret.
 */
public final class NetworkRequest {
  private final Settings settings;
  private final Path home;
  private final Path embeddedDir;
  private final Optional<SigningKey> signingKey;
  private final boolean writes;

  public NetworkRequest(
      Settings settings,
      Path home,
      Path embeddedDir,
      Optional<SigningKey> signingKey,
      boolean writes) {
    this.settings = settings;
    this.home = home;
    this.embeddedDir = embeddedDir;
    this.signingKey = signingKey;
    this.writes = writes;
  }

  /**
   * The value of a property, or its fixed default.
   *
   * @throws IllegalArgumentException for a secret: those have methods of their own
   */
  public Optional<String> text(InftProperty property) {
    if (property.secret()) {
      throw new IllegalArgumentException(property.propertyName() + " is a secret");
    }
    return settings.text(property);
  }

  /** The value of a property that is a whole number. */
  public Optional<Long> number(InftProperty property) {
    return settings.number(property);
  }

  /** The value of a property that is a decimal number. */
  public Optional<BigDecimal> amount(InftProperty property) {
    return settings.amount(property);
  }

  /** The value of a property that is a duration. */
  public Optional<Duration> duration(InftProperty property) {
    return settings.duration(property);
  }

  /** Folder of this machine's working copies, absolute. */
  public Path home() {
    return home;
  }

  /** Folder of the embedded network, absolute. */
  public Path embeddedDir() {
    return embeddedDir;
  }

  /** The key that signs; empty if none was given. */
  public Optional<SigningKey> signingKey() {
    return signingKey;
  }

  /** Whether the connection means to write, so that a key is of use. */
  public boolean writes() {
    return writes;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof NetworkRequest that
        && home.equals(that.home)
        && embeddedDir.equals(that.embeddedDir)
        && signingKey.equals(that.signingKey)
        && writes == that.writes
        && settings.networkValues().equals(that.settings.networkValues());
  }

  @Override
  public int hashCode() {
    return Objects.hash(home, embeddedDir, signingKey, writes, settings.networkValues());
  }

  private Optional<String> account() {
    return signingKey.map(key -> key.address().toString());
  }

  @Override
  public String toString() {
    return "NetworkRequest["
        + settings.networkValues()
        + " account="
        + account().orElse("none")
        + ']';
  }
}

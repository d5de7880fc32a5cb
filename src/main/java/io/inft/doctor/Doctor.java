package io.inft.doctor;

import io.inft.bytes.SigningKey;
import io.inft.jdbc.ConnectionOpening;
import io.inft.jdbc.Target;
import io.inft.jdbc.config.GivenSecrets;
import io.inft.jdbc.config.InftProperty;
import io.inft.jdbc.config.InftUrl;
import io.inft.jdbc.config.Settings;
import io.inft.jdbc.config.Surroundings;
import io.inft.jdbc.network.DevelopmentKeys;
import io.inft.jdbc.network.NetworkRequest;
import io.inft.jdbc.network.Networks;
import io.inft.jdbc.network.PlainHttp;
import io.inft.replica.local.Network;
import io.inft.seal.Secret;
import java.nio.file.Files;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Looks through a configuration step by step, in the order in which a connection would need things,
 * and says what to do about each that is not right. Changes nothing unless it is told to write.
 */
public final class Doctor {
  private final Properties given = new Properties();
  private final Surroundings surroundings;
  private final Clock clock;
  private final DoctorNotes notes;
  private final Predicate<String> consent;

  private Doctor(
      Properties given,
      Surroundings surroundings,
      Clock clock,
      DoctorNotes notes,
      Predicate<String> consent) {
    this.consent = consent;
    this.given.putAll(given);
    this.surroundings = surroundings;
    this.clock = clock;
    this.notes = notes;
  }

  /**
   * What to look at.
   *
   * @param id a database, empty to look at the network only
   * @param write whether to store a small object and read it back, which costs its storage fee
   * @param restore whether to restore the database into a temporary folder
   */
  public record Wishes(Optional<String> id, boolean write, boolean restore) {
    public Wishes {
      if (restore && id.isEmpty()) {
        throw new IllegalArgumentException("without an id there is nothing to restore");
      }
    }
  }

  /**
   * Looks at everything.
   *
   * @param given connection properties; system properties and environment count as well
   * @param listener is told each step as it is done
   * @param consent asked before anything is paid for, with what it is and what it costs
   * @return all steps, in order
   */
  public static List<DoctorStep> examine(
      Wishes wishes, Properties given, Consumer<DoctorStep> listener, Predicate<String> consent) {
    return examine(
        wishes, given, Surroundings.ofThisProcess(), Clock.systemUTC(), listener, consent);
  }

  public static List<DoctorStep> examine(
      Wishes wishes,
      Properties given,
      Surroundings surroundings,
      Clock clock,
      Consumer<DoctorStep> listener,
      Predicate<String> consent) {
    DoctorNotes notes = new DoctorNotes(listener);
    new Doctor(given, surroundings, clock, notes, consent).examine(wishes);
    return notes.steps();
  }

  private void examine(Wishes wishes) {
    Optional<Settings> settings = settings(wishes.id().orElse("any"));
    if (settings.isEmpty()) {
      return;
    }
    secrets(settings.get());
    Optional<Optional<SigningKey>> key =
        notes.look(
            "signing key",
            "check privateKey or privateKeyFile",
            () -> GivenSecrets.signing(settings.get(), warning -> {}));
    if (key.isEmpty()) {
      return;
    }
    Optional<NetworkRequest> request =
        notes.look(
            "working copy",
            "set home (INFT_HOME) to a folder that this program may write to",
            () -> ConnectionOpening.request(given, surroundings));
    if (request.isEmpty()) {
      return;
    }
    account(request.get());
    if (wouldMakeKey(request.get())) {
      // Looking must leave nothing behind.
      given.setProperty(InftProperty.MODE.propertyName(), "ro");
      request = notes.look("network", "", () -> ConnectionOpening.request(given, surroundings));
      if (request.isEmpty()) {
        return;
      }
    }
    NetworkRequest asked = request.get();
    for (String warning : PlainHttp.warnings(asked)) {
      notes.warn("network", warning, "set a URL that begins with https://");
    }
    if (!network(asked)) {
      wishes.id().ifPresent(id -> notes.skip("database", "the network cannot be used"));
      return;
    }
    if (wishes.id().isEmpty()) {
      if (wishes.write()) {
        notes
            .look("write", "", () -> Networks.of(asked))
            .ifPresent(network -> new DoctorTrial(notes, clock, consent).write(network));
      }
      return;
    }
    database(wishes);
  }

  private static boolean wouldMakeKey(NetworkRequest request) {
    return request.signingKey().isEmpty()
        && !Files.exists(request.embeddedDir().resolve(DevelopmentKeys.SIGNING_KEY));
  }

  private Optional<Settings> settings(String id) {
    Optional<Settings> settings =
        notes.look(
            "settings",
            "correct it where it is set; 'inft doctor --help' and properties.md list all",
            () -> {
              InftUrl url = InftUrl.parse("jdbc:inft:" + id).orElseThrow();
              return Settings.resolve(url.parameters(), given, surroundings);
            });
    settings.ifPresent(found -> notes.ok("settings", describe(found)));
    return settings;
  }

  /** What is set and where; no values of secrets. */
  private static String describe(Settings settings) {
    List<String> set = new ArrayList<>();
    for (InftProperty property : InftProperty.values()) {
      if (settings.source(property) != Settings.Source.DEFAULT) {
        String value = property.secret() ? "(secret)" : settings.text(property).orElse("");
        String source =
            settings.source(property).name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
        set.add(property.propertyName() + "=" + value + " (" + source + ")");
      }
    }
    return set.isEmpty() ? "nothing is set" : String.join(", ", set);
  }

  private void secrets(Settings settings) {
    List<String> warnings = new ArrayList<>();
    Optional<Optional<Secret>> secret =
        notes.look(
            "secret",
            "give password, passwordFile, encryptionKey, encryptionKeyFile, walletKeyFile or"
                + " keyService, one of them",
            () -> GivenSecrets.opening(settings, warnings::add));
    if (secret.isEmpty()) {
      return;
    }
    if (!warnings.isEmpty()) {
      notes.warn("secret", String.join("; ", warnings), "chmod 600 the file");
    } else if (secret.get().isPresent()) {
      notes.ok("secret", "a " + secret.get().get().describe() + " is given");
    } else {
      notes.warn(
          "secret",
          "none is given: nothing can be opened, except on the embedded network",
          "set INFT_ENCRYPTION_PASSWORD, or encryptionKey");
    }
  }

  private void account(NetworkRequest request) {
    Optional<SigningKey> key = request.signingKey();
    if (key.isPresent()) {
      notes.ok("signing key", "account " + key.get().address());
    } else {
      notes.warn(
          "signing key",
          "none is given: connections only read, except on the embedded network",
          "set ZERO_G_PRIVATE_KEY or privateKeyFile to write");
    }
  }

  private boolean network(NetworkRequest request) {
    return notes
        .look(
            "network", "set network=embedded, or what 0G needs", () -> Networks.wholeChain(request))
        .map(
            chain ->
                chain.isPresent()
                    ? new ChainDoctor(notes, chain.get(), request, clock).examine()
                    : opens(request))
        .orElse(false);
  }

  private boolean opens(NetworkRequest request) {
    Optional<Network> network =
        notes.look(
            "network",
            "check that the folders and services that network, store and registry name are there",
            () -> Networks.of(request));
    network.ifPresent(
        found ->
            notes.ok("network", found.registry().describe() + "; " + found.store().describe()));
    return network.isPresent();
  }

  private void database(Wishes wishes) {
    String id = wishes.id().orElseThrow();
    Optional<Target> target =
        notes.look("database", "", () -> Target.withSecretAtHand(id, given, surroundings));
    if (target.isEmpty()) {
      return;
    }
    new DatabaseDoctor(notes, target.get(), clock).examine();
    DoctorTrial trial = new DoctorTrial(notes, clock, consent);
    if (wishes.write()) {
      trial.write(target.get().network());
    }
    if (wishes.restore()) {
      trial.restore(id, target.get(), given, surroundings);
    }
  }
}

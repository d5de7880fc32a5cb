package io.inft.doctor;

import io.inft.bytes.Address;
import io.inft.bytes.DatabaseContext;
import io.inft.bytes.UnixTime;
import io.inft.commit.CommitObject;
import io.inft.custody.Code;
import io.inft.custody.CustodyReport;
import io.inft.custody.Progress;
import io.inft.custody.Verification.Depth;
import io.inft.failure.InftException;
import io.inft.failure.NotRegisteredException;
import io.inft.jdbc.Target;
import io.inft.registry.Anchored;
import io.inft.registry.Head;
import io.inft.registry.Registry;
import io.inft.registry.Rights;
import io.inft.replica.Databases;
import io.inft.replica.EngineSettings;
import io.inft.replica.local.Network;
import io.inft.seal.Keyring;
import io.inft.store.merkle.ObjectRef;
import io.inft.upkeep.Upkeep;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The doctor's look at one database. */
final class DatabaseDoctor {
  private static final Duration OLD_KEY = Duration.ofDays(90);
  private static final Duration SOON = Duration.ofDays(7);

  private static final Duration ENDS_SOON = Duration.ofDays(60);

  private final DoctorNotes notes;
  private final EngineSettings settings;
  private final Network network;
  private final Target target;
  private final Clock clock;

  DatabaseDoctor(DoctorNotes notes, Target target, Clock clock) {
    this.notes = notes;
    this.target = target;
    this.settings = target.settings();
    this.network = target.network();
    this.clock = clock;
  }

  void examine() {
    new WorkingCopyDoctor(notes, target, clock).examine();
    Optional<Optional<Head>> asked =
        notes.look("database", "check the id and the network", this::head);
    if (asked.isEmpty()) {
      return;
    }
    if (asked.get().isEmpty()) {
      notes.warn(
          "database",
          "nobody has registered '" + settings.id() + "' in " + network.registry().describe(),
          settings.create()
              ? "the first publish registers it"
              : "check the spelling; to make it, connect with create=true or run 'inft registry"
                  + " register "
                  + settings.id()
                  + "'");
      return;
    }
    Head head = asked.get().get();
    record(head);
    rights(head);
    if (head.newest().isEmpty()) {
      notes.ok("content", "nothing was published yet");
      return;
    }
    content(head.newest().get());
  }

  private Optional<Head> head() throws InftException {
    try {
      return Optional.of(network.registry().head(settings.id()));
    } catch (NotRegisteredException e) {
      return Optional.empty();
    }
  }

  private void record(Head head) {
    String what =
        "'"
            + settings.id()
            + "' is at version "
            + head.version()
            + ", owner "
            + head.owner()
            + head.newest()
                .map(newest -> ", published " + time(newest.block().timeSeconds()))
                .orElse("");
    if (head.status() == Head.FROZEN) {
      notes.fail(
          "database",
          what + "; it is frozen, so nobody can publish",
          "its owner runs 'inft registry unfreeze " + settings.id() + "'");
    } else {
      notes.ok("database", what);
    }
  }

  private void rights(Head head) {
    Registry registry = network.registry();
    Optional<Address> account = registry.account();
    if (account.isEmpty()) {
      notes.skip("rights", "there is no account, so the database can only be read");
      return;
    }
    Optional<Rights> asked =
        notes.look("rights", "", () -> registry.rights(head.id(), account.get()));
    if (asked.isEmpty()) {
      return;
    }
    Rights rights = asked.get();
    String grant =
        "the owner "
            + head.owner()
            + " runs 'inft registry grant "
            + settings.id()
            + " "
            + account.get()
            + " --role "
            + rights.rolesWith(Rights.WRITER)
            + "'";
    if (rights.owner()) {
      notes.ok("rights", account.get() + " is the owner");
    } else if (!rights.writer() && rights.keyAdmin()) {
      notes.warn(
          "rights",
          account.get() + " may change keys and not write; its connections are read-only",
          "that is enough to change keys; to write, " + grant);
    } else if (!rights.writer()) {
      notes.fail(
          "rights", account.get() + " may not write; connecting with mode=rw fails (42501)", grant);
    } else {
      Instant until = UnixTime.instant(rights.expiresSeconds());
      String what = account.get() + " may write until " + until;
      if (until.isBefore(clock.instant().plus(SOON))) {
        notes.warn("rights", what, grant + " again");
      } else {
        notes.ok("rights", what);
      }
    }
  }

  private void content(Anchored newest) {
    Optional<CustodyReport> report =
        notes.look(
            "content", "", () -> target.verify(Depth.QUICK, 1, Long.MAX_VALUE, Progress.NONE));
    if (report.isEmpty()) {
      return;
    }
    key(report.get());
    String what =
        "history of "
            + report.get().versions()
            + " versions and the newest objects verified: "
            + report.get().verdict();
    List<String> others =
        report.get().findings().stream()
            .filter(finding -> finding.code() != Code.KEY_REJECTED)
            .map(Object::toString)
            .toList();
    if (others.isEmpty()) {
      notes.ok("content", what.replace(": INDETERMINATE", ""));
    } else {
      String all = what + "; " + String.join("; ", others);
      String advice = "run 'inft verify " + settings.id() + "' for the whole report";
      if (report.get().verdict().passed()) {
        notes.warn("content", all, advice);
      } else {
        notes.fail("content", all, advice);
        return;
      }
    }
    Optional<CommitObject> commit =
        notes.look("content", "", () -> CommitObject.parse(bytes(newest)));
    commit.ifPresent(
        found -> {
          keyAge(found);
          storageDates();
        });
  }

  /** Of the newest version; one that went along with its anchor is nowhere else yet. */
  private byte[] bytes(Anchored newest) throws InftException {
    if (newest.inlined()) {
      return network.registry().object(settings.id(), newest).toBytes();
    }
    return network
        .store()
        .open(new ObjectRef(newest.anchor().root(), newest.anchor().sizeBytes()))
        .readAll(CommitObject.MAX_BYTES);
  }

  private void key(CustodyReport report) {
    Optional<String> rejected =
        report.findings().stream()
            .filter(finding -> finding.code() == Code.KEY_REJECTED)
            .map(finding -> finding.message())
            .findFirst();
    if (rejected.isPresent()) {
      notes.fail(
          "key",
          rejected.get(),
          "check the secret, or let somebody who has one run 'inft keys add "
              + settings.id()
              + "'");
    } else if (report.sealed().opened()) {
      notes.ok("key", "the secret opens the keyring");
    } else {
      notes.skip("key", "no secret is given, or the keyring could not be read");
    }
  }

  private void keyAge(CommitObject commit) {
    Optional<Instant> since =
        notes.look(
            "key age",
            "",
            () -> {
              Keyring keyring =
                  Keyring.parse(
                      commit.body().keyring().toBytes(),
                      new DatabaseContext(
                              network.registry().chainId(),
                              network.registry().address(),
                              settings.id().hash())
                          .digest());
              return UnixTime.instant(
                  network
                      .registry()
                      .version(settings.id(), keyring.createdVersion(), 0)
                      .block()
                      .timeSeconds());
            });
    since.ifPresent(
        time -> {
          long days = Duration.between(time, clock.instant()).toDays();
          String what = "key epoch " + commit.body().epoch() + " is " + days + " days old";
          if (days > OLD_KEY.toDays()) {
            notes.warn("key age", what, "run 'inft keys rotate " + settings.id() + "'");
          } else {
            notes.ok("key age", what);
          }
        });
  }

  /** What the network says of the payments; what the author wrote down shows no stranger's. */
  private void storageDates() {
    if (network.development()) {
      notes.ok("storage dates", "objects in a folder are kept until somebody deletes them");
      return;
    }
    Optional<Optional<Upkeep.PaidUntil>> asked =
        notes.look(
            "storage dates",
            "check indexer and nodes",
            () -> {
              Upkeep upkeep = Databases.upkeep(settings, network);
              return upkeep.paidUntil(upkeep.needed(Upkeep.Reach.HEAD));
            });
    if (asked.isEmpty()) {
      return;
    }
    if (asked.get().isEmpty()) {
      notes.skip("storage dates", "the store says nothing about until when objects are paid");
      return;
    }
    Upkeep.PaidUntil paid = asked.get().get();
    String what =
        "everything that is needed is paid until "
            + paid.until()
            + " at least ("
            + paid.what()
            + " ends first)"
            + (paid.unknown() == 0
                ? ""
                : "; of " + paid.unknown() + " objects more no payment is known");
    String advice = "run 'inft renew " + settings.id() + "', with any account that can pay";
    if (clock.instant().isAfter(paid.until())) {
      notes.fail("storage dates", what, advice);
    } else if (clock.instant().isAfter(paid.until().minus(ENDS_SOON)) || paid.unknown() > 0) {
      notes.warn("storage dates", what, advice);
    } else {
      notes.ok("storage dates", what);
    }
  }

  private static String time(long seconds) {
    return UnixTime.instant(seconds).toString();
  }
}

package io.inft.doctor;

import io.inft.jdbc.Target;
import io.inft.replica.Databases;
import io.inft.replica.EngineSettings;
import io.inft.replica.local.Fork;
import io.inft.replica.local.Lag;
import io.inft.replica.local.LocalStatus;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The doctor's look at what lies on this machine of one database. */
final class WorkingCopyDoctor {
  private static final String STEP = "working copy";
  private static final long LITTLE_SPACE_BYTES = 1L << 30;

  private final DoctorNotes notes;
  private final EngineSettings settings;
  private final Target target;
  private final Clock clock;

  WorkingCopyDoctor(DoctorNotes notes, Target target, Clock clock) {
    this.notes = notes;
    this.settings = target.settings();
    this.target = target;
    this.clock = clock;
  }

  void examine() {
    if (!space()) {
      return;
    }
    Optional<LocalStatus> asked =
        notes.look(STEP, "", () -> Databases.local(settings, target.network()));
    if (asked.isEmpty()) {
      return;
    }
    LocalStatus local = asked.get();
    if (local.generations().isEmpty()) {
      notes.ok(STEP, local.folder() + ": nothing yet");
      return;
    }
    notes.ok(STEP, local.folder() + ": " + whatGoesOn(local));
    local.pending().forEach(this::fork);
    acknowledged(local);
    outbox(local);
    unpublished(local.unpublished());
  }

  /** Whether a folder can be made at all. */
  private boolean space() {
    Path home = settings.home();
    Path existing = home;
    while (existing != null && !Files.exists(existing)) {
      existing = existing.getParent();
    }
    if (existing == null || !Files.isDirectory(existing) || !Files.isWritable(existing)) {
      notes.fail(STEP, home + " cannot be written to", "set home (INFT_HOME)");
      return false;
    }
    try {
      FileStore disk = Files.getFileStore(existing);
      if (disk.getUsableSpace() < LITTLE_SPACE_BYTES) {
        notes.warn(
            "disk",
            (disk.getUsableSpace() >> 20) + " MiB are left on the disk of " + existing,
            "make room, or set home (INFT_HOME) to a folder on another disk");
      }
    } catch (IOException e) {
      notes.warn(
          "disk",
          "the disk of " + existing + " cannot be looked at: " + e.getMessage(),
          "set home (INFT_HOME) to a folder on another disk");
    }
    return true;
  }

  private static String whatGoesOn(LocalStatus local) {
    if (local.current().isEmpty()) {
      return "nothing goes on here; the next open restores the newest version";
    }
    String name = String.valueOf(local.current().get().getFileName());
    boolean aside = local.forks().stream().anyMatch(fork -> fork.name().equals(name));
    if (aside) {
      return name + " was put aside; the next open restores the newest version";
    }
    return name
        + (local.version() == 0
            ? " goes on, no version of it was anchored yet"
            : " goes on from version " + local.version());
  }

  private void fork(Fork fork) {
    String id = settings.id().toString();
    String name = fork.name();
    notes.warn(
        "put aside",
        fork.sentence() + "; it is never published by itself",
        "'inft forks show "
            + id
            + " "
            + name
            + "' lists what only it has, 'inft forks export "
            + id
            + " "
            + name
            + " -o <file>' takes it out, 'inft forks acknowledge "
            + id
            + " "
            + name
            + "' ends this warning");
  }

  private void acknowledged(LocalStatus local) {
    List<Fork> noted = local.forks().stream().filter(fork -> !fork.isPending()).toList();
    if (!noted.isEmpty()) {
      notes.ok(
          "put aside",
          "acknowledged and still there: "
              + String.join(", ", noted.stream().map(Fork::name).toList())
              + "; delete these folders yourself when nothing of them is needed");
    }
  }

  private void outbox(LocalStatus local) {
    if (!local.outbox().isEmpty()) {
      String id = settings.id().toString();
      notes.warn(
          "outbox",
          local.outbox().size()
              + " made and not known to be anchored, from version "
              + local.outbox().get(0).version(),
          "'inft outbox "
              + id
              + "' lists them, 'inft sync "
              + id
              + "' sends them, 'inft outbox "
              + id
              + " --drop' puts them aside so that they are never sent");
    }
  }

  /** What is younger than a publish may take is no finding. */
  private void unpublished(Lag unpublished) {
    Instant now = clock.instant();
    if (unpublished.isNothing()) {
      return;
    }
    String advice =
        "it goes out when the database is open, or by 'inft sync " + settings.id() + "'";
    Duration most = settings.cadence().maxLag();
    if (unpublished.age(now).compareTo(most) > 0) {
      notes.fail(
          "unpublished",
          unpublished.sentence(now) + ", longer than maxLag (" + most.toSeconds() + " s)",
          advice);
    } else {
      notes.warn("unpublished", unpublished.sentence(now), advice);
    }
  }
}

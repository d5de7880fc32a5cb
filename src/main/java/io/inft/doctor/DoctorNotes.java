package io.inft.doctor;

import io.inft.failure.InftException;
import io.inft.jdbc.errors.SqlExceptions;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** What the doctor writes down, step after step. Not safe for many threads. */
final class DoctorNotes {
  /** One look at something. */
  @FunctionalInterface
  interface Look<T> {
    T at() throws InftException, SQLException;
  }

  private final Consumer<DoctorStep> listener;
  private final List<DoctorStep> steps = new ArrayList<>();

  DoctorNotes(Consumer<DoctorStep> listener) {
    this.listener = listener;
  }

  List<DoctorStep> steps() {
    return List.copyOf(steps);
  }

  void ok(String name, String detail) {
    note(new DoctorStep(name, DoctorStep.State.OK, detail, "", Optional.empty()));
  }

  void warn(String name, String detail, String advice) {
    note(new DoctorStep(name, DoctorStep.State.WARNING, detail, advice, Optional.empty()));
  }

  void fail(String name, String detail, String advice) {
    note(new DoctorStep(name, DoctorStep.State.FAILED, detail, advice, Optional.empty()));
  }

  void skip(String name, String because) {
    note(new DoctorStep(name, DoctorStep.State.SKIPPED, because, "", Optional.empty()));
  }

  /**
   * Takes a look; a failure becomes a failed step.
   *
   * @param advice what to do if it fails, beyond what the failure itself says
   * @return empty if it failed
   */
  <T> Optional<T> look(String name, String advice, Look<T> look) {
    try {
      return Optional.of(look.at());
    } catch (InftException e) {
      fail(name, SqlExceptions.of(e), advice);
    } catch (SQLException e) {
      fail(name, e, advice);
    }
    return Optional.empty();
  }

  private void fail(String name, SQLException failure, String advice) {
    note(
        new DoctorStep(
            name,
            DoctorStep.State.FAILED,
            String.valueOf(failure.getMessage()),
            advice,
            Optional.ofNullable(failure.getSQLState())));
  }

  private void note(DoctorStep step) {
    steps.add(step);
    listener.accept(step);
  }
}

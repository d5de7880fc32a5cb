package io.inft.doctor;

import java.util.Optional;

/**
 * One thing the doctor looked at.
 *
 * @param name of the step, one word or two
 * @param detail what was found
 * @param advice what to do; empty unless something is to be done
 * @param sqlState of the failure a connection would meet; empty if there is none
 */
public record DoctorStep(
    String name, State state, String detail, String advice, Optional<String> sqlState) {
  /** What the step came to. */
  public enum State {
    /** As it should be. */
    OK,
    /** It works, but not for ever, or not for everything. */
    WARNING,
    /** It does not work. */
    FAILED,
    /** It was not looked at, because something it needs failed. */
    SKIPPED
  }
}

package memory;

import java.util.List;

/** A conversation that a framework keeps in the database; the agent has no other state. */
public interface Agent {
  /** How many messages it knows. */
  int known();

  /** One turn. */
  String say(String text) throws Exception;

  /** Stands where a language model would: needs no network, and all of the conversation. */
  static String answer(List<String> asked) {
    return "That is thing " + asked.size() + ". The first one was: " + asked.get(0);
  }
}

package agents;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;

/** A hundred agents, eight at a time; run it again, and they go on counting. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) throws Exception {
    try (Agents agents = new Agents(8)) {
      List<Future<Integer>> turns = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        turns.add(agents.turn(Integer.toString(i), Counter::count));
      }
      System.out.println("turns taken so far: " + Agents.results(turns));
    }
  }
}

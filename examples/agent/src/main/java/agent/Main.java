package agent;

import io.inft.jdbc.InftDataSource;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/** A conversation: a line in, a line out. An answer is printed once it can no longer be lost. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) throws Exception {
    InftDataSource database = new InftDataSource();
    database.setUrl("jdbc:inft:" + (arguments.length > 0 ? arguments[0] : "agent"));
    database.setDurability("anchored");
    Agent agent = new Agent(database, new ScriptedModel());
    System.out.println("I know " + agent.messages() + " messages.");
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      System.out.println(agent.say(line));
    }
  }
}

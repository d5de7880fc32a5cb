package handover;

import com.fasterxml.jackson.databind.JsonNode;
import io.inft.devnet.Devnet;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.function.Consumer;

/** The sale of an agent, from its first fact to the seller who can do nothing any more. */
final class Sale {
  private static final String ID = "agent";

  private final Devnet network;
  private final Party seller;
  private final Party buyer;
  private final Consumer<String> says;
  private long gas;
  private long blocks;

  Sale(Devnet network, Path folder, Consumer<String> says) throws Exception {
    this.network = network;
    this.seller =
        new Party(network, folder.resolve("seller")).withPassword("four horses cross a wet bridge");
    this.buyer = new Party(network, folder.resolve("buyer"));
    this.says = says;
  }

  void run() throws Exception {
    try (Agent agent = Agent.begin(seller.open(ID, "office"))) {
      agent.remember("name", "Ada");
    }
    // The buyer sends the seller his public key; an address would not be enough to seal a key to.
    String key = buyer.inft("keys", "wallet").path("publicKey").asText();

    long before = network.chain().blockNumber();
    seller.inft("hand-over", "offer", ID, "--to=" + key, "--lock=1h", "--yes");
    count("offered", before);

    JsonNode seen = buyer.inft("hand-over", "inspect", ID);
    says.accept(
        "inspected: the history is "
            + seen.path("verdict").asText()
            + ", facts: "
            + seen.path("tables").path("fact").path("rows").asLong());
    // Somewhere the seller's agent still runs.
    Agent old = new Agent(seller.open(ID, "cloud"));

    before = network.chain().blockNumber();
    buyer.inft(
        "hand-over",
        "accept",
        ID,
        "--root=" + seen.path("root").asText(),
        "--control-hash=" + seen.path("controlHash").asText());
    count("accepted", before);
    says.accept("the sale: " + gas + " gas in " + blocks + " blocks");

    try (Agent agent = new Agent(buyer.open(ID, "office"))) {
      says.accept("the agent knows: its name is " + agent.recall("name"));
      agent.remember("owner", "the buyer");
    }
    shutOut(old, seen.path("version").asText());
  }

  /** Adds up what all blocks since one took; nobody else uses this chain. */
  private void count(String what, long before) throws Exception {
    long newest = network.chain().blockNumber();
    long used = 0;
    for (long number = before + 1; number <= newest; number++) {
      JsonNode block =
          network
              .anvil()
              .rpc()
              .call("eth_getBlockByNumber", "0x" + Long.toHexString(number), false);
      used += Long.decode(block.path("gasUsed").asText());
    }
    gas += used;
    blocks += newest - before;
    says.accept(what + ": " + used + " gas in " + (newest - before) + " blocks");
  }

  private void shutOut(Agent old, String sold) throws Exception {
    says.accept("the old agent writes: " + refusal(() -> old.remember("owner", "the seller")));
    says.accept("the old agent ends: " + refusal(old::close));
    says.accept("the seller reads on: " + refusal(() -> seller.read(ID, "new", "head").close()));
    try (Agent past = new Agent(seller.read(ID, "new", sold))) {
      says.accept("what the seller keeps: the name was " + past.recall("name"));
    }
  }

  private interface Attempt {
    void make() throws SQLException;
  }

  private static String refusal(Attempt attempt) {
    try {
      attempt.make();
    } catch (SQLException e) {
      return e.getSQLState();
    }
    throw new IllegalStateException("the seller is not shut out");
  }
}

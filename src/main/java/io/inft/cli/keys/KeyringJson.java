package io.inft.cli.keys;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inft.jdbc.Target;
import io.inft.replica.Engines;
import io.inft.replica.KeyringState;
import io.inft.replica.Session;
import io.inft.replica.publish.KeyChange;
import io.inft.seal.SlotInfo;
import java.time.Instant;

/** What the commands about keys share: the change itself, and how a keyring is shown. */
final class KeyringJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private KeyringJson() {}

  /** A change that is made on a session. */
  @FunctionalInterface
  interface Making {
    KeyChange on(Session session) throws Exception;
  }

  /** Changes the keyring of a database that is there. */
  static ObjectNode change(Target target, Making making) throws Exception {
    target.requirePublished();
    Session session = target.openSession();
    try {
      Session.Published published = target.rotate(session, making.on(session));
      return of(session.keys())
          .put("version", published.version())
          .put("root", published.root().toString());
    } finally {
      session.close();
      Engines.endIdle();
    }
  }

  static ObjectNode of(KeyringState state) {
    Instant now = Instant.now();
    ObjectNode json =
        JSON.createObjectNode()
            .put("version", state.version())
            .put("epoch", state.epoch())
            .put("sinceVersion", state.sinceVersion())
            .put("since", state.since().toString())
            .put("ageDays", state.age(now).toDays())
            .put("rotationDue", state.isOld(now))
            .put("linksBack", state.linksBack())
            .put("keyringHash", state.hash().toString());
    json.set("slots", slots(state));
    return json;
  }

  static ArrayNode slots(KeyringState state) {
    ArrayNode slots = JSON.createArrayNode();
    for (SlotInfo slot : state.slots()) {
      slots
          .addObject()
          .put("slot", slot.id())
          .put("type", slot.type())
          .put("detail", slot.detail());
    }
    return slots;
  }
}

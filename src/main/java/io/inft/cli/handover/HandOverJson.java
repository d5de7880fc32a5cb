package io.inft.cli.handover;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inft.bytes.Address;
import io.inft.bytes.SigningKey;
import io.inft.failure.InftException;
import io.inft.failure.TokenAmount;
import io.inft.handover.HandOver;
import io.inft.handover.HandOverState;
import io.inft.jdbc.Target;
import io.inft.registry.PaidRegistry.Mined;
import io.inft.replica.Engines;
import io.inft.seal.Secret;
import io.inft.seal.SlotInfo;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Does steps of a change of hands, and says how far it is. */
final class HandOverJson {
  private HandOverJson() {}

  /** Steps to be done. */
  @FunctionalInterface
  interface Doing {
    HandOverState on(HandOver handOver) throws SQLException, InftException;
  }

  /** Does them, and tells which ones and what the registry's own transactions cost. */
  static ObjectNode perform(Target target, Doing doing) throws SQLException {
    List<Mined> mined = new ArrayList<>();
    List<HandOver.Step> steps = new ArrayList<>();
    try {
      HandOver handOver =
          new HandOver(target, Clock.systemUTC(), new SecureRandom(), mined::add, steps::add);
      ObjectNode json = of(doing.on(handOver));
      ArrayNode done = json.putArray("done");
      steps.forEach(step -> done.add(step.name()));
      ArrayNode transactions = json.putArray("transactions");
      for (Mined one : mined) {
        transactions
            .addObject()
            .put("hash", one.hash().toString())
            .put("block", one.block())
            .put("gas", one.gas())
            .put("fee0G", TokenAmount.exact(one.feeWei()));
      }
      return json;
    } catch (InftException e) {
      throw Target.failure(e);
    } finally {
      Engines.endIdle();
    }
  }

  /** How far it is. */
  static ObjectNode look(Target target) throws SQLException {
    try {
      return of(looking(target).state());
    } catch (InftException e) {
      throw Target.failure(e);
    } finally {
      Engines.endIdle();
    }
  }

  /** What opens it for an account, told by what everybody sees of it. */
  static Secret secretOf(Target target, SigningKey account) throws SQLException {
    try {
      return looking(target).secretOf(account);
    } catch (InftException e) {
      throw Target.failure(e);
    }
  }

  /** The newest key that was published for an account, if there is one. */
  static void putSealedKey(Target target, Address account, ObjectNode json) throws SQLException {
    try {
      looking(target).sealedKeys(account).stream()
          .findFirst()
          .ifPresent(key -> json.put("sealedKey", "0x" + HexFormat.of().formatHex(key.toBytes())));
    } catch (InftException e) {
      throw Target.failure(e);
    }
  }

  private static HandOver looking(Target target) {
    return new HandOver(target, Clock.systemUTC(), new SecureRandom(), mined -> {}, step -> {});
  }

  static ObjectNode of(HandOverState state) {
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.put("id", state.head().id().toString())
        .put("owner", state.head().owner().toString())
        .put("version", state.head().version())
        .put("root", state.head().root().toString())
        .put("controlHash", state.head().controlHash().toString())
        .put("keyEpoch", state.keys().epoch());
    state.offer().to().ifPresent(to -> json.put("offeredTo", to.toString()));
    state
        .offer()
        .lockedUntil()
        .filter(Instant.now()::isBefore)
        .ifPresent(time -> json.put("lockedUntil", time.toString()));
    json.put("needsRotation", state.needsRotation());
    state.rotationFrom(Instant.now()).ifPresent(time -> json.put("rotationFrom", time.toString()));
    ArrayNode slots = json.putArray("slots");
    for (SlotInfo slot : state.keys().slots()) {
      slots
          .addObject()
          .put("slot", slot.id())
          .put("type", slot.type())
          .put("detail", slot.detail());
    }
    return json;
  }
}

package io.inft.registry.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.bytes.Address;
import io.inft.bytes.Blob;
import io.inft.bytes.Digest;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.FormatTooNewException;
import io.inft.failure.InftException;
import io.inft.failure.InvalidIdException;
import io.inft.registry.Anchor;
import io.inft.registry.DatabaseId;
import io.inft.registry.Kind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ActionFormatTest {
  private static Digest digest(String of) {
    return Digest.sha256(of.getBytes(StandardCharsets.US_ASCII));
  }

  static Stream<Action> actions() throws InvalidIdException {
    DatabaseId id = DatabaseId.parse("one");
    Address who = Address.parse("0x" + "cd".repeat(20));
    Anchor anchor =
        new Anchor(7, digest("6"), digest("7"), 1234, digest("sum"), 2, digest("ring"), Kind.DELTA);
    Action.MoveHead plain = new Action.MoveHead(id, anchor, Action.Road.PLAIN);
    Action.MoveHead inlined = new Action.MoveHead(id, anchor, Action.Road.INLINED);
    return Stream.of(
        new Action.Register(id),
        plain,
        inlined,
        new Action.MoveHead(id, anchor, Action.Road.ROTATING),
        new Action.AnchorMany(List.of(plain, inlined)),
        new Action.AnchorMany(List.of(plain, plain)),
        new Action.Grant(id, who, 3, 1_900_000_000L, 60),
        new Action.Revoke(id, who),
        new Action.RevokeAll(id),
        new Action.ProposeOwner(id, who),
        new Action.CancelProposal(id),
        new Action.AcceptOwner(id, digest("root"), digest("control")),
        new Action.ObserveOwner(id),
        new Action.Freeze(id, true),
        new Action.Freeze(id, false),
        new Action.LockUntil(id, 1_900_000_000L),
        new Action.FlagVersions(id, 2, 5, digest("reason")),
        new Action.SetSuccessor(id, 16661, who, digest("new")),
        new Action.PublishSealedKey(id, who, 4, Blob.of(new byte[] {1, 2, 3})),
        new Action.PublishEncryptionKey(1, Blob.of(new byte[] {4, 5})),
        new Action.SetTokenOwner(id, who),
        new Action.EmptyBlock());
  }

  @ParameterizedTest
  @MethodSource("actions")
  void anActionComesBackAsItWas(Action action) throws Exception {
    assertThat(ActionFormat.read("entry", ActionFormat.write(action))).isEqualTo(action);
  }

  @Test
  void everyKindOfActionIsInTheTableAndHasACodeOfItsOwn() throws Exception {
    Set<Class<?>> kinds = new HashSet<>();
    List<Byte> codes = new ArrayList<>();
    for (Action action : actions().toList()) {
      kinds.add(action.getClass());
      codes.add(ActionFormat.write(action)[0]);
    }
    assertThat(kinds).containsExactlyInAnyOrder(Action.class.getPermittedSubclasses());
    assertThat(codes).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @MethodSource("actions")
  void aCutOrALongerActionIsCorrupt(Action action) {
    byte[] bytes = ActionFormat.write(action);
    for (int cut = 0; cut < bytes.length; cut++) {
      byte[] damaged = Arrays.copyOf(bytes, cut);
      assertThatThrownBy(() -> ActionFormat.read("entry", damaged))
          .as("cut at %s", cut)
          .isInstanceOf(CorruptObjectException.class);
    }
    assertThatThrownBy(() -> ActionFormat.read("entry", Arrays.copyOf(bytes, bytes.length + 1)))
        .isInstanceOf(CorruptObjectException.class);
  }

  @ParameterizedTest
  @MethodSource("actions")
  void aFlippedByteIsAnotherActionOrRefused(Action action) {
    byte[] bytes = ActionFormat.write(action);
    for (int at = 0; at < bytes.length; at++) {
      for (int mask : new int[] {0x01, 0x80, 0xff}) {
        byte[] flipped = bytes.clone();
        flipped[at] ^= (byte) mask;
        try {
          assertThat(ActionFormat.read("entry", flipped)).isNotEqualTo(action);
        } catch (InftException refused) {
          assertThat(refused).hasMessageNotContaining("null");
        }
      }
    }
  }

  @Test
  void aCodeOfALaterReleaseIsToldFromOneThatNeverWas() {
    assertThatThrownBy(() -> ActionFormat.read("entry", new byte[] {(byte) 250}))
        .isInstanceOf(FormatTooNewException.class)
        .hasMessageContaining("format 250")
        .hasMessageContaining("up to 241");
    assertThatThrownBy(() -> ActionFormat.read("entry", new byte[] {50}))
        .isInstanceOf(FormatTooNewException.class)
        .hasMessageContaining("format 50")
        .hasMessageContaining("up to 20");
    assertThatThrownBy(() -> ActionFormat.read("entry", new byte[] {0}))
        .isInstanceOf(CorruptObjectException.class);
  }
}

package io.inft.registry.onchain;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.bytes.Address;
import io.inft.bytes.Blob;
import io.inft.bytes.Digest;
import io.inft.evm.AbiWriter;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.HeadConflictException;
import io.inft.failure.InftException;
import io.inft.failure.KeyEpochConflictException;
import io.inft.failure.NotAuthorizedException;
import io.inft.failure.NotRegisteredException;
import io.inft.failure.RegistryRefusedException;
import io.inft.failure.RevertedException;
import io.inft.registry.Anchor;
import io.inft.registry.Kind;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ContractErrorsTest {
  private static final Digest ROOT = Digest.sha256("root".getBytes(StandardCharsets.US_ASCII));
  private static final Anchor ANCHOR =
      new Anchor(7, Digest.ZERO, ROOT, 100, ROOT, 2, ROOT, Kind.DELTA);
  private static final ContractErrors ERRORS = new ContractErrors("registry R");

  private static ContractErrors.Request request() {
    return new ContractErrors.Request("agent-1", Address.ZERO, "anchor", ANCHOR);
  }

  private static Arguments row(byte[] thrown, Class<?> failure, String message) {
    return Arguments.of(HexFormat.of().formatHex(thrown), failure, message);
  }

  private static AbiWriter with(long number) {
    return new AbiWriter().uint(number);
  }

  static Stream<Arguments> errors() {
    Class<?> refused = RegistryRefusedException.class;
    AbiWriter none = new AbiWriter();
    return Stream.of(
        row(none.call("NotRegistered()"), NotRegisteredException.class, "registry R"),
        row(none.call("NotAuthorized()"), NotAuthorizedException.class, "agent-1"),
        row(
            with(9).bytes32(ROOT).call("HeadMismatch(uint64,bytes32)"),
            HeadConflictException.class,
            ROOT.toString()),
        row(
            with(3).bytes32(ROOT).call("KeyEpochMismatch(uint24,bytes32)"),
            KeyEpochConflictException.class,
            "3"),
        row(none.call("Expired()"), refused, "the time of the grant is over"),
        row(none.call("BatchTooLarge()"), refused, "at most 256 items"),
        row(with(2).call("BadState(uint8)"), refused, "it is frozen"),
        row(with(1).call("BadState(uint8)"), refused, "it is not frozen"),
        row(with(1_800_000_000L).call("Locked(uint48)"), refused, "until 2027-01-15T08:00:00Z"),
        row(with(1_800_000_000L).call("TooSoon(uint48)"), refused, "2027-01-15T08:00:00Z"),
        row(with(4711).call("TooEarly(uint48)"), refused, "not before block 4711"),
        row(with(3).call("WrongMode(uint8)"), refused, "whoever owns the NFT"),
        row(with(1).call("WrongMode(uint8)"), refused, "not an id of an NFT"),
        row(none.call("OfALaterContract()"), refused, "custom error 0x"),
        row(new byte[0], refused, "no reason given"));
  }

  @ParameterizedTest
  @MethodSource("errors")
  void whatTheContractThrowsIsAFailureOfTheDoor(String thrown, Class<?> failure, String message) {
    InftException explained = ERRORS.explain(request(), Blob.of(HexFormat.of().parseHex(thrown)));
    assertThat(explained).isInstanceOf(failure).hasMessageContaining(message);
  }

  @Test
  void argumentsThatAreMissingAreDamage() {
    Blob cut = Blob.of(new AbiWriter().call("HeadMismatch(uint64,bytes32)"));
    assertThat(ERRORS.explain(request(), cut)).isInstanceOf(CorruptObjectException.class);
  }

  @Test
  void theRefusalItselfIsKept() {
    String data = "0x" + HexFormat.of().formatHex(new AbiWriter().call("Expired()"));
    RevertedException reverted = new RevertedException("anchor", "why", data);
    assertThat(ERRORS.explain(request(), reverted)).hasSuppressedException(reverted);
  }
}

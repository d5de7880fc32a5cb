package io.inft.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inft.bytes.Address;
import io.inft.failure.InvalidIdException;
import java.math.BigInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseIdTest {
  private static final String MIXED = "0xAbCdEf0123456789aBcDeF0123456789AbCdEf01";
  private static final String LOWER = "0xabcdef0123456789abcdef0123456789abcdef01";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "inft_12345",
        "Agent.7",
        "a/b/c",
        "/a",
        "a/",
        "a:b@c-d",
        ".",
        "...",
        "a/...",
        "..a/b..",
        "eip155",
        "0",
        "sqlite",
        "erc721:0x1"
      })
  void acceptsFlatIdsAsTheyAre(String text) throws Exception {
    DatabaseId id = DatabaseId.parse(text);

    assertThat(id.toString()).isEqualTo(text);
    assertThat(id.namespace()).isEqualTo(DatabaseId.Namespace.FLAT);
    assertThat(id.token()).isEmpty();
    assertThat(id.account()).isEmpty();
    assertThat(id.label()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "a b",
        "ä",
        "a\u0000",
        "a?b",
        "a#b",
        "a&b",
        "a=b",
        "a%2f",
        "a\\b",
        "a//b",
        "//",
        "..",
        "../a",
        "a/..",
        "a/../b",
        "sqlite:a",
        "SQLite:a"
      })
  void refusesWhatNoRegistryHolds(String text) {
    assertThatThrownBy(() -> DatabaseId.parse(text)).isInstanceOf(InvalidIdException.class);
  }

  @Test
  void hasAtMost128Characters() throws Exception {
    assertThat(DatabaseId.parse("x".repeat(128)).toString()).hasSize(128);
    assertThatThrownBy(() -> DatabaseId.parse("x".repeat(129)))
        .isInstanceOf(InvalidIdException.class)
        .hasMessageContaining("128");
    assertThatThrownBy(() -> DatabaseId.parse(LOWER + "/" + "x".repeat(86)))
        .isInstanceOf(InvalidIdException.class);
  }

  @Test
  void lowersTheAccountOfAScopedIdAndKeepsItsLabel() throws Exception {
    DatabaseId id = DatabaseId.parse(MIXED.replace("0x", "0X") + "/Agents/One");

    assertThat(id.toString()).isEqualTo(LOWER + "/Agents/One");
    assertThat(id.namespace()).isEqualTo(DatabaseId.Namespace.SCOPED);
    assertThat(id.account()).contains(Address.parse(LOWER));
    assertThat(id.label()).contains("Agents/One");
    assertThat(id).isEqualTo(DatabaseId.parse(LOWER + "/Agents/One"));
    assertThat(id).isNotEqualTo(DatabaseId.parse(LOWER + "/agents/one"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"0x", "0xabc", LOWER, LOWER + "/", LOWER + "0/a", LOWER + "//a", "0xyz/a"})
  void refusesMalformedScopedIds(String text) {
    assertThatThrownBy(() -> DatabaseId.parse(text)).isInstanceOf(InvalidIdException.class);
  }

  @Test
  void lowersTheIdOfAnNftWhole() throws Exception {
    DatabaseId id = DatabaseId.parse("EIP155:16661/ERC721:" + MIXED + "/42");

    assertThat(id.toString()).isEqualTo("eip155:16661/erc721:" + LOWER + "/42");
    assertThat(id.namespace()).isEqualTo(DatabaseId.Namespace.BOUND);
    assertThat(id.token())
        .contains(new DatabaseId.Token(16661, Address.parse(LOWER), BigInteger.valueOf(42)));
  }

  @Test
  void takesEveryTokenIdOf256BitsAndNoneOfMore() throws Exception {
    BigInteger most = BigInteger.ONE.shiftLeft(256).subtract(BigInteger.ONE);
    String prefix = "eip155:999999999999999999/erc721:" + LOWER + "/";

    assertThat(DatabaseId.parse(prefix + most).token().orElseThrow().number()).isEqualTo(most);
    assertThatThrownBy(() -> DatabaseId.parse(prefix + most.add(BigInteger.ONE)))
        .isInstanceOf(InvalidIdException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "eip155:",
        "eip155:1",
        "eip155:1/x",
        "eip155:01/erc721:" + LOWER + "/1",
        "eip155:0/erc721:" + LOWER + "/1",
        "eip155:1/erc721:" + LOWER + "/01",
        "eip155:1/erc721:" + LOWER + "/0x1",
        "eip155:1/erc721:" + LOWER + "/",
        "eip155:1/erc721:" + LOWER,
        "eip155:1/erc1155:" + LOWER + "/1",
        "eip155:1/erc721:0xabc/1",
        "eip155:1/erc721:" + LOWER + "/1/2"
      })
  void refusesMalformedIdsOfNfts(String text) {
    assertThatThrownBy(() -> DatabaseId.parse(text)).isInstanceOf(InvalidIdException.class);
  }

  @Test
  void isKnownByTheKeccakHashOfItsText() throws Exception {
    assertThat(DatabaseId.parse("inft_12345").hash().hex())
        .isEqualTo("38830c317503171077234994639b779cbed79a192fbefc8982c35b5edd6918b5");
  }

  @Test
  void equalTextMeansEqualIds() throws Exception {
    assertThat(DatabaseId.parse("a")).isEqualTo(DatabaseId.parse("a"));
    assertThat(DatabaseId.parse("a")).hasSameHashCodeAs(DatabaseId.parse("a"));
    assertThat(DatabaseId.parse("a")).isNotEqualTo(DatabaseId.parse("A"));
  }

  @Test
  void namesTheIdAndTheRule() {
    assertThatThrownBy(() -> DatabaseId.parse("my agent"))
        .isInstanceOfSatisfying(
            InvalidIdException.class,
            failure -> {
              assertThat(failure.id()).isEqualTo("my agent");
              assertThat(failure.reason()).contains("only letters");
            });
  }
}

package io.inft.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.inft.commit.AttachmentType;
import io.inft.seal.SealedType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a pack, a restore set and a sealed object call the same, they number the same. */
class PackTypeTest {
  @ParameterizedTest
  @EnumSource(PackType.class)
  void aPackIsSealedUnderItsOwnCode(PackType type) {
    assertThat(SealedType.of(type.code()).name()).isEqualTo(type.name());
  }

  @ParameterizedTest
  @EnumSource(value = AttachmentType.class, mode = EnumSource.Mode.EXCLUDE, names = "ARCHIVE")
  void anAttachmentIsSealedUnderItsOwnCode(AttachmentType type) {
    assertThat(SealedType.of(type.code()).name()).isEqualTo(type.name());
  }

  @Test
  void noOtherCodeIsAType() {
    assertThatIllegalArgumentException().isThrownBy(() -> SealedType.of(0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SealedType.of(SealedType.values().length + 1));
  }
}

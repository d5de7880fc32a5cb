package io.inft.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.inft.SeededRandom;
import io.inft.bytes.Blob;
import io.inft.bytes.Digest;
import io.inft.bytes.SigningKey;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class CommitObjectTest {
  @Test
  void readsWhatItWrote() throws Exception {
    for (CommitObject made : Samples.chain(40)) {
      CommitObject read = CommitObject.parse(made.toBytes());

      assertThat(read.body()).isEqualTo(made.body());
      assertThat(read.body().jumps()).isEqualTo(made.body().jumps());
      assertThat(read.body().restoreSet()).isEqualTo(made.body().restoreSet());
      assertThat(read.signature()).isEqualTo(made.signature());
      assertThat(read).isEqualTo(made).hasSameHashCodeAs(made);
      assertThat(read.toBytes()).isEqualTo(made.toBytes());
      assertThat(read.offsetOfInline()).isEqualTo(made.offsetOfInline());
    }
  }

  @Test
  void anOrdinaryCommitTakesLittleMoreThanAKibibyteBesidesWhatRidesInIt() {
    int largest = 0;
    for (CommitObject object : Samples.chain(128)) {
      CommitBody body = object.body();
      int tenJumps = 43 * (10 - body.jumps().size());
      largest = Math.max(largest, object.sizeBytes() - body.inline().sizeBytes() + tenJumps);
    }

    assertThat(CommitChain.targets(1024)).hasSize(10);
    assertThat(largest).isBetween(1000, 1500);
  }

  @Test
  void findsInlineItemsWhereItSaysTheyAre() throws Exception {
    CommitObject object = CommitObject.parse(Samples.chain(2).get(1).toBytes());
    PackEntry delta = object.body().restoreSet().get(1);
    Attachment manifest = object.body().manifest();

    byte[] inline = object.inlineItem((Location.Here) delta.location(), delta.sizeBytes());

    assertThat(inline).isEqualTo(Samples.bytes(2, 300));
    assertThat(object.inlineItem((Location.Here) manifest.location(), manifest.sizeBytes()))
        .isEqualTo(Samples.bytes(-2, 261));
    int from = (int) object.offsetOfInline();
    assertThat(Arrays.copyOfRange(object.toBytes(), from, from + 300)).isEqualTo(inline);
  }

  @Test
  void laterVersionsFindItsInlinePacksWithinItsBytes() {
    CommitObject object = Samples.chain(2).get(1);
    Digest root = Samples.root(object);

    List<PackEntry> later = object.restoreSetSeenFromLater(root);

    PackEntry inlineThen = object.body().restoreSet().get(1);
    Location.Within within = (Location.Within) later.get(1).location();
    assertThat(within.commitRoot()).isEqualTo(root);
    assertThat(within.commitSizeBytes()).isEqualTo(object.sizeBytes());
    byte[] found =
        Arrays.copyOfRange(
            object.toBytes(),
            (int) within.offset(),
            (int) (within.offset() + inlineThen.sizeBytes()));
    assertThat(found).isEqualTo(Samples.bytes(2, 300));
    assertThat(later.get(0)).isEqualTo(object.body().restoreSet().get(0));
  }

  /** Whoever lists a pack that another one lied about must be able to say the same. */
  @Test
  void timesBeyondAllCalendarsAreHandedOn() throws Exception {
    CommitObject second = Samples.chain(2).get(1);
    for (long clock : new long[] {0, 1_800_000_000_000L, Long.MAX_VALUE}) {
      for (long stored : new long[] {0, 1_800_000_000, Long.MAX_VALUE}) {
        BodyEditor editor = new BodyEditor(second.body());
        editor.authorTimeMillis = clock;
        PackEntry pack = editor.restoreSet.get(1);
        editor.restoreSet = List.of(editor.restoreSet.get(0), pack.at(pack.location(), stored));
        editor.jumps = List.of(new Jump(1, editor.previousRoot, stored, stored));

        CommitBody read =
            CommitObject.parse(CommitObject.sign(editor.body(), Samples.AUTHOR).toBytes()).body();

        assertThat(read.restoreSet().get(1).storedAtSeconds()).isEqualTo(stored);
        assertThat(read.jumps().get(0).timeSeconds()).isEqualTo(stored);
      }
    }
  }

  @Test
  void namesTheOldestKeyThatIsNeededAndTheVersionOfThePages() {
    CommitObject second = Samples.chain(2).get(1);
    BodyEditor editor = new BodyEditor(Samples.next(second, Samples.root(second)));
    editor.epoch = 2;
    editor.restoreSet = second.restoreSetSeenFromLater(Samples.root(second));
    byte[] inline = editor.inline.toBytes();
    editor.inline = Blob.of(Arrays.copyOfRange(inline, 300, inline.length));
    Attachment manifest = editor.attachments.get(0);
    editor.attachments =
        List.of(new Attachment(manifest.type(), 0, new Location.Here(0), manifest.sizeBytes()));

    CommitBody rekey = CommitObject.sign(editor.body(), Samples.AUTHOR).body();

    assertThat(rekey.oldestEpoch()).isEqualTo(1);
    assertThat(rekey.pagesVersion()).isEqualTo(2);
    assertThat(rekey.version()).isEqualTo(3);
  }

  @Test
  void isSignedByItsAuthorOnly() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> CommitObject.sign(Samples.first(), SigningKey.generate(new SeededRandom(101))));
  }

  @Test
  void signsTheSameBytesTheSameWay() {
    assertThat(CommitObject.sign(Samples.first(), Samples.AUTHOR).toBytes())
        .isEqualTo(CommitObject.sign(Samples.first(), Samples.AUTHOR).toBytes());
  }

  @Test
  void refusesToBecomeLongerThanAReaderTakes() {
    BodyEditor editor = new BodyEditor(Samples.first());
    int items = 15;
    editor.inline = Blob.of(new byte[(items + 1) * CommitObject.MAX_INLINE_ITEM_BYTES]);
    List<Attachment> many = new java.util.ArrayList<>();
    for (int i = 0; i < items; i++) {
      many.add(here(AttachmentType.EVENTS, i, i));
    }
    many.add(here(AttachmentType.MANIFEST, 0, items));
    editor.attachments = many;
    editor.eventRoot = Samples.digest("events");
    editor.restoreSet = List.of(Samples.ownSnapshot(1));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> CommitObject.sign(editor.body(), Samples.AUTHOR))
        .withMessageContaining("1048576");
  }

  private static Attachment here(AttachmentType type, int index, int place) {
    return new Attachment(
        type,
        index,
        new Location.Here((long) place * CommitObject.MAX_INLINE_ITEM_BYTES),
        CommitObject.MAX_INLINE_ITEM_BYTES);
  }
}

package io.inft.commit;

import io.inft.bytes.Address;
import io.inft.bytes.Blob;
import io.inft.bytes.Digest;
import java.util.List;
import java.util.function.Consumer;

/** A commit body that a test may bend; {@link #body} is what came of it. */
public final class BodyEditor {
  public Digest context;
  public long version;
  public Digest previousRoot;
  public int epoch;
  public Blob keyring;
  public int kind;
  public long authorTimeMillis;
  public Address author;
  public Digest stateCommit;
  public Digest eventRoot;
  public List<Jump> jumps;
  public List<PackEntry> restoreSet;
  public List<Attachment> attachments;
  public Blob inline;

  public BodyEditor(CommitBody body) {
    context = body.context();
    version = body.version();
    previousRoot = body.previousRoot();
    epoch = body.epoch();
    keyring = body.keyring();
    kind = body.kind();
    authorTimeMillis = body.authorTimeMillis();
    author = body.author();
    stateCommit = body.stateCommit();
    eventRoot = body.eventRoot();
    jumps = body.jumps();
    restoreSet = body.restoreSet();
    attachments = body.attachments();
    inline = body.inline();
  }

  public CommitBody body() {
    return new CommitBody(
        context,
        version,
        previousRoot,
        epoch,
        keyring,
        kind,
        authorTimeMillis,
        author,
        stateCommit,
        eventRoot,
        jumps,
        restoreSet,
        attachments,
        inline);
  }

  /** A body with some of its fields changed. */
  public static CommitBody edited(CommitBody body, Consumer<BodyEditor> change) {
    BodyEditor editor = new BodyEditor(body);
    change.accept(editor);
    return editor.body();
  }
}

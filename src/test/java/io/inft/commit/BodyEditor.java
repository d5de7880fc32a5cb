package io.inft.commit;

import io.inft.bytes.Address;
import io.inft.bytes.Blob;
import io.inft.bytes.Digest;
import java.util.List;

/** A commit body that a test may bend; {@link #body} is what came of it. */
final class BodyEditor {
  Digest context;
  long version;
  Digest previousRoot;
  int epoch;
  Blob keyring;
  int kind;
  long authorTimeMillis;
  Address author;
  Digest stateCommit;
  Digest eventRoot;
  List<Jump> jumps;
  List<PackEntry> restoreSet;
  List<Attachment> attachments;
  Blob inline;

  BodyEditor(CommitBody body) {
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

  CommitBody body() {
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
}

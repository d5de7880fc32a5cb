package io.inft.store.zerog;

/** The file's number on the nodes, and the first segment of the flow it occupies. */
record Place(long txSeq, long firstGlobalSegment) {
  static Place of(Submission submission) {
    return new Place(submission.txSeq(), submission.firstGlobalSegment());
  }
}

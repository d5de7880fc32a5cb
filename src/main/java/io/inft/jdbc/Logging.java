package io.inft.jdbc;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The logger of this room; connections are too many to have one each. */
final class Logging {
  static final Logger LOG = LoggerFactory.getLogger("io.inft.jdbc");

  private Logging() {}
}

package io.inft.jdbc.config;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The logger of this room; connections are too many to have one each. */
public final class Logging {
  public static final Logger LOG = LoggerFactory.getLogger("io.inft.jdbc");

  private Logging() {}
}

package io.inft.it;

import org.apache.commons.dbcp2.BasicDataSource;

class DbcpTest extends PoolContract {
  /** The evictor of all pools of the JVM ends a while after the last of them. */
  @Override
  Machines machines() {
    return new Machines("commons-pool-evictor");
  }

  @Override
  Pool open(String url) {
    BasicDataSource source = new BasicDataSource();
    source.setUrl(url);
    source.setMaxTotal(4);
    return new Pool(source, source);
  }
}

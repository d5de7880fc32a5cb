package io.inft.devnet;

import java.util.List;

/**
 * The storage of a development network.
 *
 * @param strangers nodes that the indexer lists as discovered
 */
record DevnetStorage(List<DevNode> nodes, Strangers strangers, DevIndexer indexer) {
  DevnetStorage {
    nodes = List.copyOf(nodes);
  }
}

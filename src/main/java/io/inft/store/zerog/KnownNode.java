package io.inft.store.zerog;

import java.net.URI;

/** A storage node and what it keeps, as an indexer or the node itself says. */
public record KnownNode(URI address, ShardConfig shard) {}

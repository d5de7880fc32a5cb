package io.inft.replica;

import io.inft.registry.DatabaseId;
import io.inft.registry.Head;
import io.inft.replica.local.LocalStatus;
import java.util.Optional;

/**
 * A database as it looks from outside, without opening it. Immutable.
 *
 * @param network its name
 * @param store where objects lie, for people
 * @param registry which registry names the head, for people
 * @param head the registry's word; empty if it does not know the database
 * @param local what lies on this machine
 */
public record DatabaseOverview(
    DatabaseId id,
    String network,
    String store,
    String registry,
    Optional<Head> head,
    LocalStatus local) {}

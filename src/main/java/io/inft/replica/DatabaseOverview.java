package io.inft.replica;

import io.inft.bytes.Trust;
import io.inft.registry.DatabaseId;
import io.inft.registry.Head;
import io.inft.registry.HeadNews;
import io.inft.replica.local.LocalStatus;
import io.inft.replica.publish.policy.Money;
import java.util.Optional;

/**
 * A database as it looks from outside, without opening it. Immutable.
 *
 * @param network its name
 * @param store where objects lie, for people
 * @param registry which registry names the head, for people
 * @param trust how far the registry's endpoints are believed, and how they stood
 * @param head the registry's word; empty if it does not know the database
 * @param follows how a reader here would hear of a newer version; it was tried
 * @param local what lies on this machine
 * @param money what the account spends of which the key was given, as the database's writer on this
 *     machine wrote it down; empty where nothing costs anything
 */
public record DatabaseOverview(
    DatabaseId id,
    String network,
    String store,
    String registry,
    Trust trust,
    Optional<Head> head,
    HeadNews.Way follows,
    LocalStatus local,
    Optional<Money> money) {}

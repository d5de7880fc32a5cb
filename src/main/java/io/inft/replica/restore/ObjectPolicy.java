package io.inft.replica.restore;

import io.inft.seal.Padding;
import java.time.Duration;

/**
 * How the objects of a database are kept where they live.
 *
 * @param renewAfter age at which an object of the head's restore set is stored again
 * @param padding what is done about the sizes that everybody sees
 */
public record ObjectPolicy(Duration renewAfter, Padding padding) {}

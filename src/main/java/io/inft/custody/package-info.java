/**
 * Verifies a database's history from chain and storage and gives a typed report. It trusts neither:
 * every claim is computed again from the registry's newest words.
 *
 * <p>A <b>verification</b> says what to look at, of how many versions and how deep; the <b>walk</b>
 * goes through the versions, and each check adds <b>findings</b>. A finding has a <b>code</b>,
 * which says what is wrong, and a <b>severity</b>; together they make the <b>verdict</b>.
 * <b>Facts</b> are what was seen of a version and its objects. What is <b>sealed</b> is looked into
 * only with a secret; the newest version is then <b>rebuilt</b>.
 */
@NullMarked
package io.inft.custody;

import org.jspecify.annotations.NullMarked;

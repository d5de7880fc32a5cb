/**
 * The registry as the contract on a chain keeps it, see {@code contracts/}.
 *
 * <p>Words: an <em>anchor</em> is what moves a head; a <em>control operation</em> changes who may
 * do what; a <em>purpose</em> is one call until its outcome was reported, and is paid for once; a
 * <em>landmark</em> is a version whose block is known, from where a walk back along the events may
 * begin.
 */
@NullMarked
package io.inft.registry.onchain;

import org.jspecify.annotations.NullMarked;

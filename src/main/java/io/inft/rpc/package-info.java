/**
 * JSON-RPC over HTTP: bounded answers, deadlines, one retry rule.
 *
 * <p>Words: an <em>endpoint</em> is one address of a service; several are asked in turn, or as a
 * <em>quorum</em> of which so many must say the same; who says otherwise <em>dissents</em>;
 * <em>unavailable</em> is one that did not answer, an <em>error</em> is an answer.
 */
@NullMarked
package io.inft.rpc;

import org.jspecify.annotations.NullMarked;

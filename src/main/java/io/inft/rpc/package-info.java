/**
 * JSON-RPC over HTTP: bounded answers, deadlines, one retry rule.
 *
 * <p>Words: an <em>endpoint</em> is one address of a service; several are asked in turn;
 * <em>unavailable</em> is one that did not answer, an <em>error</em> is an answer.
 */
@NullMarked
package io.inft.rpc;

import org.jspecify.annotations.NullMarked;

/** JSON-RPC over HTTP: bounded answers, deadlines, one retry rule. */
@NullMarked
package io.inft.rpc;

import org.jspecify.annotations.NullMarked;

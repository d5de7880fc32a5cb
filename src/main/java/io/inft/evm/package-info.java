/**
 * web3j at arm's length: encode, sign, send once, wait, read logs. Knows no contract.
 *
 * <p>Words: a <em>purpose</em> is what a transaction is for, and is fulfilled once until it is
 * forgotten; the <em>journal</em> has what was signed, written down before it is sent; a
 * <em>replacement</em> has the nonce of another and higher fees; the <em>spend cap</em> bounds what
 * an account pays in an hour.
 */
@NullMarked
package io.inft.evm;

import org.jspecify.annotations.NullMarked;

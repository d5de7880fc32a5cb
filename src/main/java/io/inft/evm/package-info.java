/** web3j at arm's length: encode, sign, send once, wait, read logs. Knows no contract. */
@NullMarked
package io.inft.evm;

import org.jspecify.annotations.NullMarked;

package io.inft.evm;

import io.inft.bytes.Address;
import io.inft.bytes.Blob;
import io.inft.bytes.Digest;

/**
 * A transaction that may have been sent. It is written down before it is.
 *
 * @param purpose what it is for; one purpose is fulfilled once
 * @param hash known before sending, because it follows from the bytes
 * @param replaced how many of the same nonce and purpose were signed before it
 */
public record SignedTransaction(
    String purpose,
    long chainId,
    Address sender,
    long nonce,
    Digest hash,
    Blob raw,
    Fees fees,
    int replaced) {}

package io.inft.devnet;

import io.inft.bytes.Address;
import io.inft.evm.Chain;
import io.inft.evm.TransactionSender;

/**
 * The chain of a development network.
 *
 * @param sender sends transactions of the network's account
 * @param registry address of the registry contract
 */
record DevnetChain(
    Anvil anvil,
    Chain chain,
    TransactionSender sender,
    ZeroGContracts contracts,
    Address registry) {}

package io.inft.registry.onchain;

import io.inft.bytes.Address;
import io.inft.evm.AbiReader;
import io.inft.evm.AbiWriter;
import io.inft.evm.Chain;
import io.inft.failure.AlreadyRegisteredException;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
import io.inft.failure.NotAuthorizedException;
import io.inft.failure.RegistryRefusedException;
import io.inft.failure.RevertedException;
import io.inft.registry.DatabaseId;
import java.util.Optional;

/** Begins ids, and observes who owns the NFT of one that is bound to it. Safe for many threads. */
final class Registering {
  private static final int BLOCKS_TO_OBSERVE = 2;

  private final Chain chain;
  private final OnchainSettings settings;
  private final ContractReader reader;
  private final Patience patience;
  private final Transactions transactions;
  private final Controlling controlling;

  Registering(
      Chain chain,
      OnchainSettings settings,
      ContractReader reader,
      Patience patience,
      Transactions transactions,
      Controlling controlling) {
    this.chain = chain;
    this.settings = settings;
    this.reader = reader;
    this.patience = patience;
    this.transactions = transactions;
    this.controlling = controlling;
  }

  /** Whether it was asked for before and its outcome never reported. */
  boolean isUnderWay(DatabaseId id) throws InftException {
    return transactions.isSent(RegistryCalls.register(id));
  }

  void requireUnregistered(DatabaseId id) throws InftException {
    RecordState state = reader.state(id);
    if (state.isRegistered()) {
      throw new AlreadyRegisteredException(id.toString(), state.liveOwner().toString());
    }
  }

  void register(DatabaseId id) throws InftException {
    byte[] data = RegistryCalls.register(id);
    try {
      transactions.sendUnexplained("register '" + id + "'", data, settings.gasLimit());
    } catch (RevertedException e) {
      requireUnregistered(id);
      throw transactions.errors().explain(transactions.request(id.toString(), "register", null), e);
    }
    transactions.forget(data);
    if (id.namespace() == DatabaseId.Namespace.BOUND && transactions.sender().happens()) {
      observeOwner(id);
    }
  }

  /** Waits for the two blocks after a first observation. */
  void observeOwner(DatabaseId id) throws InftException {
    transactions.sender();
    RecordState state = reader.state(id);
    if (state.hasCandidate()) { // also before an estimate, which would be 'too soon'
      long from = state.candidateBlock() + BLOCKS_TO_OBSERVE;
      patience.until(
          "wait for block " + from,
          chain.settings().receiptTimeout(),
          () -> Optional.of(chain.blockNumber()).filter(number -> number >= from));
    }
    controlling.control("observe the owner of", id, RegistryCalls.withId("observeOwner", id));
  }

  /** An id that is bound to an NFT is begun by its owner. */
  void requireOwner(DatabaseId id) throws InftException {
    Optional<DatabaseId.Token> token = id.token();
    Optional<Address> account = transactions.account();
    if (token.isEmpty() || account.isEmpty()) {
      return;
    }
    Address owner = ownerOf(id, token.get());
    if (!owner.equals(account.get())) {
      throw new NotAuthorizedException(
          id.toString(),
          account.get().toString(),
          "begin",
          "owner's",
          "the NFT belongs to " + owner + ", who begins it");
    }
  }

  private Address ownerOf(DatabaseId id, DatabaseId.Token token) throws InftException {
    try {
      byte[] question = new AbiWriter().uint(token.number()).call("ownerOf(uint256)");
      return new AbiReader("owner of an NFT", chain.call(token.contract(), question))
          .address("owner");
    } catch (RevertedException | CorruptObjectException e) {
      throw new RegistryRefusedException(
          reader.describe(), "register '" + id + "'", "the token has no owner: " + e.getMessage());
    }
  }
}

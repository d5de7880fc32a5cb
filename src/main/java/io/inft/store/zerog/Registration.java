package io.inft.store.zerog;

import io.inft.evm.Receipt;
import io.inft.evm.TransactionSender;
import io.inft.failure.InftException;
import io.inft.failure.ReadOnlyException;
import io.inft.store.merkle.ObjectRef;
import io.inft.store.merkle.ObjectTree;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Registers an object, or says where it was registered; the same registration every time. */
interface Registration {
  /** Whether a transaction for it was signed and its end is not recorded yet. */
  boolean isUnderWay() throws InftException;

  /** Registers it once and returns where it stands now. */
  Submission submit() throws InftException;

  /** Where it stands if that is known without sending or waiting. */
  Optional<Submission> current() throws InftException;

  /** Called when the object is stored. */
  void forget() throws InftException;

  /** The registration of a single object by a transaction of its own. */
  static Registration single(
      FlowContract flow, @Nullable TransactionSender sender, ObjectTree tree) {
    ObjectRef ref = tree.ref();
    String purpose = "0G file " + ref + " in " + flow.address();
    return new Registration() {
      @Override
      public boolean isUnderWay() throws InftException {
        return sender != null && !sender.hashes(purpose).isEmpty();
      }

      @Override
      public Submission submit() throws InftException {
        if (sender == null) {
          throw new ReadOnlyException("0G Storage", "storing needs a signing key that pays");
        }
        return flow.submit(sender, purpose, List.of(tree)).get(0);
      }

      @Override
      public Optional<Submission> current() throws InftException {
        Optional<Receipt> receipt = sender == null ? Optional.empty() : sender.outcome(purpose);
        return receipt.isPresent()
            ? Optional.of(flow.submissions(receipt.get(), List.of(tree)).get(0))
            : Optional.empty();
      }

      @Override
      public void forget() throws InftException {
        if (sender != null) {
          sender.forget(purpose);
        }
      }
    };
  }
}

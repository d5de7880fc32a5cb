package io.inft.cli.registry;

import io.inft.bytes.Address;
import io.inft.cli.console.NetworkOptions;
import io.inft.registry.DatabaseId;
import io.inft.registry.PaidRegistry.Operation;
import io.inft.registry.Registry;
import java.util.function.BiFunction;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;

/** A change to one record of a registry, alone or for an account named after it. A mixin. */
final class RecordChange {
  @Mixin private RecordOptions record = new RecordOptions();
  @Mixin private NetworkOptions network = new NetworkOptions();
  @Mixin private Change change = new Change();

  /**
   * What is to be done.
   *
   * @param name of the operation, for JSON
   * @param text a sentence without its end
   */
  record Plan(String name, String text, Operation operation) {}

  /** For a command line that names the record and nothing else. */
  int run(CommandLine line, Function<DatabaseId, Plan> plan) throws Exception {
    record.require();
    Registry registry = network.registry(true);
    return run(line, registry, plan.apply(record.id(registry)));
  }

  /** For a command line that names the record and an account. */
  int runForAccount(CommandLine line, BiFunction<DatabaseId, Address, Plan> plan) throws Exception {
    record.require("<account>");
    Registry registry = network.registry(true);
    return run(line, registry, plan.apply(record.id(registry), record.account()));
  }

  private int run(CommandLine line, Registry registry, Plan plan) throws Exception {
    return change.run(line, registry, plan.name(), plan.text(), plan.operation());
  }
}

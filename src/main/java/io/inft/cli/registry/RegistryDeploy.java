package io.inft.cli.registry;

import io.inft.bytes.Address;
import io.inft.cli.console.NetworkOptions;
import io.inft.failure.InftException;
import io.inft.jdbc.RegistryDeployment;
import io.inft.registry.PaidRegistry.Mined;
import io.inft.registry.PaidRegistry.Price;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code inft registry deploy}. */
@Command(
    name = "deploy",
    mixinStandardHelpOptions = true,
    description = {
      "Put a registry of your own on a chain.",
      "It has no owner, no fee and no way to be changed; one serves any number of databases."
    },
    footer = {
      "",
      "Example:",
      "  inft registry deploy --network galileo --private-key-file key.json"
    })
final class RegistryDeploy implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private NetworkOptions network = new NetworkOptions();
  @Mixin private Change change = new Change();

  @Override
  public Integer call() throws Exception {
    RegistryDeployment deployment = RegistryDeployment.prepare(network.properties());
    return change.run(
        spec.commandLine(),
        "deploy",
        "deploy a registry on chain " + deployment.chainId() + ", which nobody can change",
        new Change.Doing() {
          @Override
          public String where() {
            return "to be made on " + deployment.describe();
          }

          @Override
          public long chainId() {
            return deployment.chainId();
          }

          @Override
          public boolean isPublic() {
            return deployment.isPublic();
          }

          @Override
          public Optional<Address> account() {
            return Optional.of(deployment.account());
          }

          @Override
          public Optional<Price> price() throws InftException {
            return Optional.of(deployment.price());
          }

          @Override
          public Map<String, String> perform(Consumer<Mined> listener) throws InftException {
            return Map.of("contract", deployment.deploy(listener).toString());
          }
        });
  }
}

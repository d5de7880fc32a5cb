package io.inft.cli.registry;

import io.inft.bytes.Address;
import io.inft.cli.console.TypedText;
import io.inft.failure.InftException;
import io.inft.jdbc.Target;
import io.inft.registry.DatabaseId;
import io.inft.registry.RegistryReader;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Which record of the registry, by its id or as an NFT's, and what else stands after it. */
final class RecordOptions {
  private static final Pattern NFT = Pattern.compile("(0[xX][0-9a-fA-F]{40})/([0-9]{1,78})");

  @Parameters(hidden = true, paramLabel = "<word>", arity = "0..*")
  private List<String> words = new ArrayList<>();

  @Option(
      names = "--nft",
      paramLabel = "<address>/<token>",
      description = "Instead of <id>: the database of this NFT on the registry's chain.")
  private @Nullable String nft;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  /** Refuses more or fewer words than the command has. */
  void require(String... after) {
    int id = nft == null ? 1 : 0;
    if (words.size() != id + after.length) {
      String wanted = (id == 1 ? "<id> " : "") + String.join(" ", after);
      throw new ParameterException(
          command.commandLine(),
          "expected: " + wanted.strip() + ", found: " + String.join(" ", words));
    }
  }

  /** The id; of an NFT as the registry spells it. */
  DatabaseId id(RegistryReader registry) throws SQLException {
    try {
      return DatabaseId.parse(nft == null ? words.get(0) : idOf(nft, registry.chainId()));
    } catch (InftException e) {
      throw Target.failure(e);
    }
  }

  private String idOf(String token, long chainId) {
    Matcher parts = NFT.matcher(token);
    if (!parts.matches()) {
      throw new ParameterException(
          command.commandLine(),
          "--nft: 0x<40 hex digits>/<token number> is expected, not " + token);
    }
    return "eip155:"
        + chainId
        + "/erc721:"
        + TypedText.account(command, "--nft", parts.group(1))
        + "/"
        + parts.group(2).replaceFirst("^0+(?=.)", "");
  }

  /** The account that stands after the id. */
  Address account() {
    return TypedText.account(command, "<account>", words.get(words.size() - 1));
  }
}

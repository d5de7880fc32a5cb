package io.inft.cli.watch;

import io.inft.bytes.Address;
import io.inft.cli.console.NetworkOptions;
import io.inft.cli.console.Output;
import io.inft.cli.console.TypedText;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code inft watch}. */
@Command(
    name = "watch",
    mixinStandardHelpOptions = true,
    description = {
      "Follows databases, and warns of what nobody expected.",
      "",
      "Warned of: an account that is not expected to publish (writer), another owner (owner), a"
          + " database that was frozen (frozen), a version that is gone (rollback, reorg), an"
          + " endpoint that says otherwise than the others (dissent), storage that is paid for a"
          + " short time only (paid), commits of this machine that wait (lag) or were put aside"
          + " (fork), and what cannot be asked (unreachable, unregistered). It needs no secret and"
          + " no key."
    },
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:with --once: nothing to warn of",
      "1:with --once: there was a warning",
      "2:with --once: the only warnings are that something could not be asked",
      "64:wrong usage"
    },
    footer = {
      "",
      "Examples:",
      "  inft watch agent-1 agent-2 --writer 0x1234…",
      "  inft watch agent-1 --once --state /var/lib/inft/watch.json --json",
      "  inft watch agent-1 --exec 'mail -s \"$INFT_KIND of $INFT_ID\" ops@example.org'"
    })
public final class WatchCommand implements Callable<Integer> {
  private static final long LEAST_MILLIS = 100;

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "<id>", arity = "1..*", description = "Names of databases.")
  private List<String> ids = new ArrayList<>();

  @Mixin private NetworkOptions network = new NetworkOptions();
  @Mixin private Output output = new Output();

  @Option(
      names = "--interval",
      paramLabel = "<time>",
      defaultValue = "10s",
      description = "How often to look (${DEFAULT-VALUE}).")
  private String interval = "10s";

  @Option(
      names = "--writer",
      paramLabel = "<account>",
      description = "May publish; several times for several. Without: whoever did before.")
  private List<String> writers = new ArrayList<>();

  @Option(
      names = "--owner",
      paramLabel = "<account>",
      description = "Must own them. Without: whoever does when the watch begins.")
  private @Nullable String owner;

  @Option(
      names = "--lag",
      paramLabel = "<time>",
      defaultValue = "5m",
      description = "So long may commits of this machine wait (${DEFAULT-VALUE}).")
  private String lag = "5m";

  @Option(
      names = "--paid",
      paramLabel = "<time>",
      defaultValue = "30d",
      description = "So long must storage be paid (${DEFAULT-VALUE}); looked up every hour.")
  private String paid = "30d";

  @Option(
      names = "--exec",
      paramLabel = "<command>",
      description = {
        "Run by /bin/sh for each warning and when it is over: JSON on standard input,",
        "INFT_ID, INFT_LEVEL, INFT_KIND and INFT_MESSAGE in the environment."
      })
  private @Nullable String exec;

  @Option(
      names = "--state",
      paramLabel = "<file>",
      description = "Keeps what was seen, so that the next watch goes on from there.")
  private @Nullable Path state;

  @Option(names = "--once", description = "Look once, and say by the exit code what was found.")
  private boolean once;

  @Option(names = "--quiet", description = "No news, only warnings.")
  private boolean quiet;

  // Mutable: what one look found.
  private boolean warned;
  private boolean unasked;

  @Override
  public Integer call() throws Exception {
    Expected expected =
        new Expected(
            accounts(),
            Optional.ofNullable(owner).map(it -> TypedText.account(spec, "--owner", it)),
            TypedText.duration(spec, "--lag", lag),
            TypedText.duration(spec, "--paid", paid));
    long pauseMillis =
        Math.max(LEAST_MILLIS, TypedText.duration(spec, "--interval", interval).toMillis());
    SeenFile file = state == null ? null : SeenFile.read(state);
    List<Lookout> all = new ArrayList<>();
    for (String id : ids) {
      all.add(new Lookout(id, network.reading(), expected, file, Clock.systemUTC()));
    }
    try {
      while (true) {
        for (Lookout one : all) {
          for (Notice notice : one.look()) {
            tell(notice);
          }
        }
        if (once) {
          return warned ? Output.FAILED : unasked ? Output.OPEN : 0;
        }
        TimeUnit.MILLISECONDS.sleep(pauseMillis);
      }
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt(); // as Ctrl-C ends the process
      return 0;
    }
  }

  private void tell(Notice notice) throws InterruptedException {
    if (notice.level() == Notice.Level.NEWS && quiet) {
      return;
    }
    PrintWriter out = spec.commandLine().getOut();
    out.println(output.asJson() ? notice.json().toString() : notice.line());
    out.flush();
    if (notice.level() == Notice.Level.NEWS) {
      return;
    }
    if (notice.level() == Notice.Level.WARNING) {
      boolean open =
          notice.kind() == Notice.Kind.UNREACHABLE || notice.kind() == Notice.Kind.UNREGISTERED;
      unasked |= open;
      warned |= !open;
    }
    if (exec != null) {
      new CommandHook(exec, spec.commandLine().getErr()).run(notice);
    }
  }

  private Set<Address> accounts() {
    Set<Address> found = new HashSet<>();
    for (String one : writers) {
      found.add(TypedText.account(spec, "--writer", one));
    }
    return found;
  }
}

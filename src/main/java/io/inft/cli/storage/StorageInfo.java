package io.inft.cli.storage;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.inft.bytes.Digest;
import io.inft.cli.console.Output;
import io.inft.failure.ObjectMissingException;
import io.inft.jdbc.StorageTarget;
import io.inft.store.zerog.ZeroGFiles;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code inft storage info}. */
@Command(
    name = "info",
    mixinStandardHelpOptions = true,
    description = "What every node that knows a file says about it.",
    footer = {"", "Example:", "  inft storage info 0x24bd… --json"})
final class StorageInfo implements Callable<Integer> {
  private static final List<String> COLUMNS =
      List.of("root", "shard", "txSeq", "bytes", "finalized", "pruned", "segments", "of", "node");

  @Spec private CommandSpec spec;
  @Mixin private StorageOptions storage = new StorageOptions();
  @Mixin private Output output = new Output();

  @Parameters(
      index = "0",
      paramLabel = "<root>",
      split = ",",
      arity = "1",
      converter = RootConverter.class,
      description = "Root of the file, or roots of its parts separated by commas.")
  private List<Digest> roots = List.of();

  @Override
  public Integer call() throws Exception {
    ArrayNode rows = new ObjectMapper().createArrayNode();
    try (StorageTarget target = storage.forReading()) {
      ZeroGFiles files = new ZeroGFiles(target.store());
      for (Digest root : roots) {
        List<ZeroGFiles.Status> known = files.info(root);
        if (known.isEmpty()) {
          throw new ObjectMissingException(root.toString(), target.store().describe());
        }
        for (ZeroGFiles.Status status : known) {
          rows.addObject()
              .put("root", root.toString())
              .put("node", status.node())
              .put("shard", status.shard())
              .put("txSeq", status.txSeq())
              .put("bytes", status.sizeBytes())
              .put("finalized", status.isFinalized())
              .put("pruned", status.isPruned())
              .put("segments", status.uploadedSegments())
              .put("of", status.segments());
        }
      }
    }
    output.array(spec.commandLine().getOut(), rows, COLUMNS);
    return 0;
  }
}

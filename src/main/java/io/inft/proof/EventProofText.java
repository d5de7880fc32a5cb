package io.inft.proof;

import static io.inft.proof.ProofFrame.base64;
import static io.inft.proof.ProofFrame.isLine;
import static io.inft.proof.ProofFrame.isShown;
import static io.inft.proof.ProofFrame.line;
import static io.inft.proof.ProofFrame.text;

import io.inft.bytes.Blob;
import io.inft.bytes.Digest;
import io.inft.commit.Event;
import io.inft.commit.EventTree;
import io.inft.failure.CorruptObjectException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The text of a receipt; see {@code receipt.md}. */
final class EventProofText {
  private static final Pattern LINEAGE = Pattern.compile("[0-9a-f]{32}");

  private EventProofText() {}

  static byte[] write(EventProof proof) {
    StringBuilder out = new StringBuilder(2048);
    ProofFrame.writeHead(out, ProofFrame.EVENT, proof.context());
    writeEvent(out, proof.event());
    EventTree.Inclusion inclusion = proof.inclusion();
    line(out, "blind " + base64(inclusion.blind().toBytes()));
    line(out, "tree " + inclusion.first() + " " + inclusion.count());
    ProofFrame.hashes(out, inclusion.path());
    ProofFrame.writeRest(out, proof);
    return out.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void writeEvent(StringBuilder out, Event event) {
    line(out, "event " + event.sequence());
    line(out, "time " + event.timeMillis());
    if (event.source() == Event.Source.APPLICATION) {
      String lineage = HexFormat.of().formatHex(event.lineage().toBytes());
      line(out, "row " + event.applicationSequence() + " " + lineage);
    }
    line(out, isLine(event.type()) ? "type " + event.type() : "type64 " + base64(event.type()));
    if (isShown(event.payloadJson())) {
      line(out, "payload");
      for (String part : event.payloadJson().split("\n", -1)) {
        line(out, "> " + part);
      }
    } else {
      line(out, "payload64 " + base64(event.payloadJson()));
    }
  }

  /** Reads on behind the first line. */
  static EventProof read(ProofLines lines) throws CorruptObjectException {
    ProofContext context = ProofFrame.readContext(lines);
    Event event = readEvent(lines);
    EventTree.Inclusion inclusion = readInclusion(lines, event);
    ProofFrame.Rest rest = ProofFrame.readRest(lines);
    return new EventProof(
        context,
        event,
        inclusion,
        rest.commit(),
        rest.anchor(),
        rest.historyBefore(),
        rest.links());
  }

  private static Event readEvent(ProofLines lines) throws CorruptObjectException {
    long sequence = lines.number("event", 1, Long.MAX_VALUE);
    long time = lines.number("time", 0, Long.MAX_VALUE);
    Optional<String> row = lines.valueIf("row");
    long number = 0;
    Blob lineage = Blob.EMPTY;
    if (row.isPresent()) {
      String[] words = row.get().split(" ", -1);
      if (words.length != 2 || !LINEAGE.matcher(words[1]).matches()) {
        throw lines.corrupt("has no row and lineage");
      }
      number = lines.number("row", words[0], 1, Long.MAX_VALUE);
      lineage = Blob.of(HexFormat.of().parseHex(words[1]));
    }
    Event.Source source = row.isPresent() ? Event.Source.APPLICATION : Event.Source.DRIVER;
    String type = readType(lines);
    return new Event(sequence, time, source, type, readPayload(lines), number, lineage);
  }

  private static String readType(ProofLines lines) throws CorruptObjectException {
    Optional<String> shown = lines.valueIf("type");
    String type = shown.isPresent() ? shown.get() : text(lines, lines.value("type64"));
    if (isLine(type) != shown.isPresent()) {
      throw lines.corrupt("has a type that would be written otherwise");
    }
    return type;
  }

  private static String readPayload(ProofLines lines) throws CorruptObjectException {
    Optional<String> hidden = lines.valueIf("payload64");
    if (hidden.isPresent()) {
      String payload = text(lines, hidden.get());
      if (isShown(payload)) {
        throw lines.corrupt("has a payload that would be written otherwise");
      }
      return payload;
    }
    lines.exactly("payload");
    StringBuilder payload = new StringBuilder(lines.value(">"));
    for (Optional<String> more = lines.valueIf(">"); more.isPresent(); more = lines.valueIf(">")) {
      payload.append('\n').append(more.get());
    }
    if (!isShown(payload.toString())) {
      throw lines.corrupt("has a payload that would be written otherwise");
    }
    return payload.toString();
  }

  private static EventTree.Inclusion readInclusion(ProofLines lines, Event event)
      throws CorruptObjectException {
    byte[] blind = lines.base64(lines.value("blind"));
    String[] tree = lines.words("tree", 2);
    long first = lines.number("first event", tree[0], 1, event.sequence());
    int count = (int) lines.number("count", tree[1], 1, Integer.MAX_VALUE);
    if (event.sequence() - first >= count) {
      throw lines.corrupt("leaves event " + event.sequence() + " out");
    }
    int nodes = EventTree.Inclusion.nodesBeside(event.sequence() - first, count);
    List<Digest> path = new ArrayList<>();
    lines.hashes(path, nodes);
    if (path.size() != nodes) {
      throw lines.corrupt("is the last of " + path.size() + " nodes, not " + nodes);
    }
    return new EventTree.Inclusion(Blob.of(blind), first, count, path);
  }
}

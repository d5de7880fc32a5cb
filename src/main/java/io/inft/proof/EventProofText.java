package io.inft.proof;

import io.inft.bytes.Address;
import io.inft.bytes.Blob;
import io.inft.bytes.Digest;
import io.inft.commit.CommitObject;
import io.inft.commit.Event;
import io.inft.commit.EventTree;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.FormatTooNewException;
import io.inft.failure.InftException;
import io.inft.registry.Anchor;
import io.inft.store.merkle.ObjectLayout;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The text of a receipt; see {@code receipt.md}. */
final class EventProofText {
  private static final int FORMAT = 1;
  private static final String FIRST_LINE = "inft-proof 1 event";
  private static final Pattern ANY_FIRST_LINE =
      Pattern.compile("inft-proof ([1-9][0-9]{0,8}) [a-z]+");
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9._:/@-]{1,160}");
  private static final Pattern LINEAGE = Pattern.compile("[0-9a-f]{32}");

  /** What a terminal or a reader might take for something else than text. */
  private static final Pattern UNSEEN =
      Pattern.compile(
          "[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069]");

  private static final String STORED = "stored";
  private static final String INLINED = "inlined";
  private static final int FACTS = 8;
  private static final long MAX_48_BITS = (1L << 48) - 1;
  private static final long MAX_32_BITS = (1L << 32) - 1;

  private EventProofText() {}

  static byte[] write(EventProof proof) {
    StringBuilder out = new StringBuilder(2048);
    ProofContext context = proof.context();
    line(out, FIRST_LINE);
    line(out, "chain " + context.chainId());
    line(out, "registry " + context.registry());
    line(out, "id " + context.id());
    line(out, "version " + context.version());
    line(out, "root " + context.root());
    line(out, "");
    writeEvent(out, proof.event());
    EventTree.Inclusion inclusion = proof.inclusion();
    line(out, "blind " + base64(inclusion.blind().toBytes()));
    line(out, "tree " + inclusion.first() + " " + inclusion.count());
    inclusion.path().forEach(node -> line(out, base64(node.toBytes())));
    line(out, "");
    CommitEvidence commit = proof.commit();
    line(out, (commit.isWhole() ? "commit " : "sector ") + base64(commit.bytes().toBytes()));
    commit.path().forEach(node -> line(out, base64(node.toBytes())));
    line(out, "");
    line(out, "anchor " + facts(proof.anchor()) + " " + base64(proof.historyBefore().toBytes()));
    proof.links().forEach(link -> line(out, link(link)));
    return out.toString().getBytes(StandardCharsets.UTF_8);
  }

  static int linkBytes(EventProof proof) {
    return proof.links().stream().mapToInt(link -> link(link).length() + 1).sum();
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

  private static boolean isShown(String text) {
    return !UNSEEN.matcher(text).find();
  }

  private static boolean isLine(String text) {
    return isShown(text) && text.indexOf('\n') < 0;
  }

  private static String facts(AnchorFacts facts) {
    return facts.block()
        + " "
        + facts.timeSeconds()
        + " "
        + facts.previousBlock()
        + " "
        + facts.controlSequence()
        + " "
        + facts.sizeBytes()
        + " "
        + (facts.inlined() ? INLINED : STORED)
        + " "
        + base64(facts.checksum().toBytes())
        + " "
        + base64(facts.keyring().toBytes());
  }

  private static String link(HistoryLink link) {
    return "link "
        + facts(link.facts())
        + " "
        + base64(link.root().toBytes())
        + " "
        + link.author()
        + " "
        + link.epoch()
        + " "
        + link.kind();
  }

  private static void line(StringBuilder out, String line) {
    out.append(line).append('\n');
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static String base64(String text) {
    return base64(text.getBytes(StandardCharsets.UTF_8));
  }

  static EventProof read(byte[] bytes) throws InftException {
    if (bytes.length > EventProof.MAX_BYTES) {
      throw new CorruptObjectException(
          ProofLines.WHAT,
          0,
          "has " + bytes.length + " bytes, at most " + EventProof.MAX_BYTES + " allowed");
    }
    ProofLines lines = ProofLines.of(bytes);
    readFirst(lines);
    try {
      ProofContext context = readContext(lines);
      lines.exactly("");
      Event event = readEvent(lines);
      EventTree.Inclusion inclusion = readInclusion(lines, event);
      lines.exactly("");
      CommitEvidence commit = readCommit(lines);
      lines.exactly("");
      String[] anchor = lines.words("anchor", FACTS + 1);
      AnchorFacts facts = readFacts(lines, anchor);
      Digest before = lines.hash(anchor[FACTS]);
      List<HistoryLink> links = new ArrayList<>();
      for (long block = facts.block(); !lines.isAtEnd(); ) {
        HistoryLink link = readLink(lines);
        if (link.facts().previousBlock() != block) {
          throw lines.corrupt("does not continue the line before, of block " + block);
        }
        links.add(link);
        block = link.facts().block();
      }
      return new EventProof(context, event, inclusion, commit, facts, before, links);
    } catch (IllegalArgumentException brokenRule) {
      throw lines.corrupt("has " + brokenRule.getMessage());
    }
  }

  private static void readFirst(ProofLines lines) throws InftException {
    String first = lines.next();
    if (first.equals(FIRST_LINE)) {
      return;
    }
    Matcher other = ANY_FIRST_LINE.matcher(first);
    if (!other.matches()) {
      throw lines.corrupt("does not say " + FIRST_LINE);
    }
    int format = Integer.parseInt(other.group(1));
    throw new FormatTooNewException(ProofLines.WHAT + " (" + first + ")", format, FORMAT);
  }

  private static ProofContext readContext(ProofLines lines) throws CorruptObjectException {
    long chain = lines.number("chain", 1, Long.MAX_VALUE);
    Address registry = lines.address(lines.value("registry"));
    String id = lines.value("id");
    if (!ID.matcher(id).matches()) {
      throw lines.corrupt("has no id");
    }
    long version = lines.number("version", 1, Long.MAX_VALUE);
    return new ProofContext(chain, registry, id, version, lines.digest(lines.value("root")));
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

  private static String text(ProofLines lines, String base64) throws CorruptObjectException {
    byte[] bytes = lines.base64(base64);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw lines.corrupt("has what is not UTF-8");
    }
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

  private static CommitEvidence readCommit(ProofLines lines) throws CorruptObjectException {
    Optional<String> whole = lines.valueIf("commit");
    if (whole.isPresent()) {
      byte[] object = lines.base64(whole.get());
      if (object.length < CommitObject.Front.SHORTEST_SIGNED
          || object.length > CommitObject.MAX_BYTES) {
        throw lines.corrupt("has a commit object of " + object.length + " bytes");
      }
      return CommitEvidence.whole(object);
    }
    byte[] sector = lines.base64(lines.value("sector"));
    if (sector.length != ObjectLayout.CHUNK_BYTES) {
      throw lines.corrupt("has a sector of " + sector.length + " bytes");
    }
    List<Digest> path = new ArrayList<>();
    lines.hashes(path, CommitEvidence.MAX_NODES);
    return new CommitEvidence(Blob.of(sector), path, false);
  }

  private static AnchorFacts readFacts(ProofLines lines, String[] words)
      throws CorruptObjectException {
    boolean inlined = words[5].equals(INLINED);
    if (!inlined && !words[5].equals(STORED)) {
      throw lines.corrupt("says neither stored nor inlined");
    }
    return new AnchorFacts(
        lines.number("block", words[0], 0, Long.MAX_VALUE),
        lines.number("time", words[1], 0, MAX_48_BITS),
        lines.number("previous block", words[2], 0, MAX_48_BITS),
        lines.number("control sequence", words[3], 0, MAX_32_BITS),
        lines.number("size", words[4], 1, Anchor.MAX_SIZE_BYTES),
        inlined,
        lines.hash(words[6]),
        lines.hash(words[7]));
  }

  private static HistoryLink readLink(ProofLines lines) throws CorruptObjectException {
    String[] words = lines.words("link", FACTS + 4);
    return new HistoryLink(
        readFacts(lines, words),
        lines.hash(words[FACTS]),
        lines.address(words[FACTS + 1]),
        (int) lines.number("key epoch", words[FACTS + 2], 1, Anchor.MAX_KEY_EPOCH),
        (int) lines.number("kind", words[FACTS + 3], 1, 7));
  }
}

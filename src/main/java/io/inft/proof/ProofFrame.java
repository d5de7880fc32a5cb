package io.inft.proof;

import io.inft.bytes.Address;
import io.inft.bytes.Blob;
import io.inft.bytes.Digest;
import io.inft.commit.CommitObject;
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
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the texts of all proofs have in common: their first part, and the last two; see {@code
 * receipt.md}.
 */
final class ProofFrame {
  static final String EVENT = "event";
  static final String ROW = "row";

  private static final int FORMAT = 1;
  private static final Set<String> KINDS = Set.of(EVENT, ROW);
  private static final Pattern FIRST_LINE =
      Pattern.compile("inft-proof ([1-9][0-9]{0,8}) ([a-z]+)");
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9._:/@-]{1,160}");

  /** What a terminal or a reader might take for something else than text. */
  private static final Pattern UNSEEN =
      Pattern.compile(
          "[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069]");

  private static final String STORED = "stored";
  private static final String INLINED = "inlined";
  private static final int FACTS = 8;
  private static final long MAX_48_BITS = (1L << 48) - 1;
  private static final long MAX_32_BITS = (1L << 32) - 1;

  private ProofFrame() {}

  /**
   * What stands behind the part that is a kind's own.
   *
   * @param historyBefore the registry's running hash before the version
   */
  record Rest(
      CommitEvidence commit, AnchorFacts anchor, Digest historyBefore, List<HistoryLink> links) {}

  static void writeHead(StringBuilder out, String kind, ProofContext context) {
    line(out, "inft-proof " + FORMAT + " " + kind);
    line(out, "chain " + context.chainId());
    line(out, "registry " + context.registry());
    line(out, "id " + context.id());
    line(out, "version " + context.version());
    line(out, "root " + context.root());
    line(out, "");
  }

  static void writeRest(StringBuilder out, Proof proof) {
    line(out, "");
    CommitEvidence commit = proof.commit();
    line(out, (commit.isWhole() ? "commit " : "sector ") + base64(commit.bytes().toBytes()));
    hashes(out, commit.path());
    line(out, "");
    line(out, "anchor " + facts(proof.anchor()) + " " + base64(proof.historyBefore().toBytes()));
    proof.links().forEach(link -> line(out, link(link)));
  }

  static void hashes(StringBuilder out, List<Digest> hashes) {
    hashes.forEach(node -> line(out, base64(node.toBytes())));
  }

  static int linkBytes(List<HistoryLink> links) {
    return links.stream().mapToInt(link -> link(link).length() + 1).sum();
  }

  static boolean isShown(String text) {
    return !UNSEEN.matcher(text).find();
  }

  static boolean isLine(String text) {
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

  static void line(StringBuilder out, String line) {
    out.append(line).append('\n');
  }

  static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  static String base64(String text) {
    return base64(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The kind of a proof, off its first line. */
  static String readKind(ProofLines lines) throws InftException {
    String first = lines.next();
    Matcher parts = FIRST_LINE.matcher(first);
    if (!parts.matches()) {
      throw lines.corrupt("does not say inft-proof " + FORMAT + " and what is proved");
    }
    int format = Integer.parseInt(parts.group(1));
    if (format != FORMAT || !KINDS.contains(parts.group(2))) {
      throw new FormatTooNewException(ProofLines.WHAT + " (" + first + ")", format, FORMAT);
    }
    return parts.group(2);
  }

  static ProofContext readContext(ProofLines lines) throws CorruptObjectException {
    long chain = lines.number("chain", 1, Long.MAX_VALUE);
    Address registry = lines.address(lines.value("registry"));
    String id = lines.value("id");
    if (!ID.matcher(id).matches()) {
      throw lines.corrupt("has no id");
    }
    long version = lines.number("version", 1, Long.MAX_VALUE);
    Digest root = lines.digest(lines.value("root"));
    lines.exactly("");
    return new ProofContext(chain, registry, id, version, root);
  }

  static Rest readRest(ProofLines lines) throws CorruptObjectException {
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
    return new Rest(commit, facts, before, links);
  }

  static String text(ProofLines lines, String base64) throws CorruptObjectException {
    byte[] bytes = lines.base64(base64);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw lines.corrupt("has what is not UTF-8");
    }
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

package io.inft.proof;

import static io.inft.proof.ProofFrame.base64;
import static io.inft.proof.ProofFrame.isLine;
import static io.inft.proof.ProofFrame.line;

import io.inft.bytes.Blob;
import io.inft.bytes.Digest;
import io.inft.failure.CorruptObjectException;
import io.inft.pack.state.Disclosure;
import io.inft.pack.state.StateTree;
import io.inft.proof.tables.RowSearch;
import io.inft.proof.tables.StoredValue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** The text of a row proof; see {@code row-proof.md}. */
final class RowProofText {
  private static final int NONCE_BYTES = 16;
  private static final int LARGEST_PAGE = 65536;
  private static final int MOST_CELLS = 32767;
  private static final String NO_TABLE = "no table";
  private static final String TREE = "tree";
  private static final Pattern REAL = Pattern.compile("[0-9a-f]{16}");

  private RowProofText() {}

  static byte[] write(RowProof proof) {
    StringBuilder out = new StringBuilder(16384);
    ProofFrame.writeHead(out, ProofFrame.ROW, proof.context());
    RowSearch.Sought sought = proof.sought();
    writeText(out, "table", sought.table());
    if (proof.way().isEmpty()) {
      line(out, NO_TABLE);
    } else {
      sought.key().forEach(value -> writeKey(out, value));
      if (sought.key().isEmpty()) {
        line(out, "row " + sought.rowid());
      }
      RowSearch.Way way = proof.way().get();
      line(out, "entry " + way.entry() + turns(way.schema()));
      line(out, "turns" + turns(way.table()));
    }
    Disclosure shown = proof.shown();
    String nonce = base64(proof.stateNonce().toBytes());
    line(out, "state " + shown.pageSize() + " " + shown.pageCount() + " " + nonce);
    for (Disclosure.ShownPage page : shown.pages()) {
      line(out, "page " + page.number());
      for (Disclosure.Chunk chunk : page.chunks()) {
        String bytes = base64(chunk.bytes().toBytes());
        line(out, "chunk " + chunk.index() + " " + base64(chunk.salt().toBytes()) + " " + bytes);
      }
      ProofFrame.hashes(out, page.nodes());
    }
    line(out, TREE);
    ProofFrame.hashes(out, shown.nodes());
    ProofFrame.writeRest(out, proof);
    return out.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static String turns(List<Integer> turns) {
    StringBuilder text = new StringBuilder();
    turns.forEach(turn -> text.append(' ').append(turn));
    return text.toString();
  }

  private static void writeText(StringBuilder out, String word, String text) {
    line(out, isLine(text) ? word + " " + text : word + "64 " + base64(text));
  }

  private static void writeKey(StringBuilder out, StoredValue value) {
    switch (value.type()) {
      case INTEGER -> line(out, "key integer " + value.number());
      case REAL -> line(out, "key real " + HexFormat.of().toHexDigits(value.number()));
      case TEXT -> writeText(out, "key text", value.text(StandardCharsets.UTF_8));
      case BLOB -> line(out, "key blob " + base64(value.bytes().toBytes()));
      default -> throw new IllegalArgumentException("a key without a value");
    }
  }

  /** Reads on behind the first line. */
  static RowProof read(ProofLines lines) throws CorruptObjectException {
    ProofContext context = ProofFrame.readContext(lines);
    String table = readText(lines, "table").orElseThrow(() -> lines.corrupt("is not of a table"));
    RowSearch.Sought sought = new RowSearch.Sought(table, 0, List.of());
    Optional<RowSearch.Way> way = Optional.empty();
    if (!lines.skipIf(NO_TABLE)) {
      List<StoredValue> key = readKey(lines);
      long row = key.isEmpty() ? lines.signed("row", lines.value("row")) : 0;
      sought = new RowSearch.Sought(table, row, key);
      way = Optional.of(readWay(lines));
    }
    if (!sought.isPossible()) {
      throw lines.corrupt("comes after a table that no schema names");
    }
    String[] state = lines.words("state", 3);
    int pageSize = (int) lines.number("page size", state[0], 512, LARGEST_PAGE);
    long pageCount = lines.number("page count", state[1], 1, StateTree.MAX_PAGES);
    byte[] nonce = lines.base64(state[2]);
    if (nonce.length != NONCE_BYTES) {
      throw lines.corrupt("has a nonce of " + nonce.length + " bytes");
    }
    List<Disclosure.ShownPage> pages = readPages(lines);
    lines.exactly(TREE);
    List<Digest> nodes = lines.hashes();
    ProofFrame.Rest rest = ProofFrame.readRest(lines);
    return new RowProof(
        context,
        sought,
        way,
        Blob.of(nonce),
        new Disclosure(pageSize, pageCount, pages, nodes),
        rest.commit(),
        rest.anchor(),
        rest.historyBefore(),
        rest.links());
  }

  private static Optional<String> readText(ProofLines lines, String word)
      throws CorruptObjectException {
    Optional<String> shown = lines.valueIf(word);
    Optional<String> hidden = shown.isPresent() ? Optional.empty() : lines.valueIf(word + "64");
    if (hidden.isPresent()) {
      String text = ProofFrame.text(lines, hidden.get());
      if (isLine(text)) {
        throw lines.corrupt("has a text that would be written otherwise");
      }
      return Optional.of(text);
    }
    if (shown.isPresent() && !isLine(shown.get())) {
      throw lines.corrupt("has a text that would be written otherwise");
    }
    return shown;
  }

  private static List<StoredValue> readKey(ProofLines lines) throws CorruptObjectException {
    List<StoredValue> key = new ArrayList<>();
    Optional<StoredValue> next = readKeyPart(lines);
    while (next.isPresent()) {
      key.add(next.get());
      next = readKeyPart(lines);
    }
    return key;
  }

  private static Optional<StoredValue> readKeyPart(ProofLines lines) throws CorruptObjectException {
    Optional<String> integer = lines.valueIf("key integer");
    if (integer.isPresent()) {
      return Optional.of(StoredValue.of(lines.signed("integer", integer.get())));
    }
    Optional<String> real = lines.valueIf("key real");
    if (real.isPresent()) {
      return Optional.of(real(lines, real.get()));
    }
    Optional<String> blob = lines.valueIf("key blob");
    if (blob.isPresent()) {
      return Optional.of(StoredValue.blob(lines.base64(blob.get())));
    }
    return readText(lines, "key text").map(text -> StoredValue.text(text, StandardCharsets.UTF_8));
  }

  private static StoredValue real(ProofLines lines, String hex) throws CorruptObjectException {
    double real =
        REAL.matcher(hex).matches()
            ? Double.longBitsToDouble(HexFormat.fromHexDigitsToLong(hex))
            : Double.NaN;
    if (Double.isNaN(real)) {
      throw lines.corrupt("has no real number");
    }
    return StoredValue.of(real);
  }

  private static RowSearch.Way readWay(ProofLines lines) throws CorruptObjectException {
    String[] entry = lines.value("entry").split(" ", -1);
    long number = lines.signed("entry", entry[0]);
    List<Integer> schema = turns(lines, entry, 1);
    return new RowSearch.Way(number, schema, turns(lines, lines.value("turns").split(" ", -1), 0));
  }

  private static List<Integer> turns(ProofLines lines, String[] words, int from)
      throws CorruptObjectException {
    List<Integer> turns = new ArrayList<>();
    for (int i = from; i < words.length; i++) {
      turns.add((int) lines.number("turn", words[i], 0, MOST_CELLS));
    }
    return turns;
  }

  private static List<Disclosure.ShownPage> readPages(ProofLines lines)
      throws CorruptObjectException {
    List<Disclosure.ShownPage> pages = new ArrayList<>();
    for (Optional<String> page = lines.valueIf("page");
        page.isPresent();
        page = lines.valueIf("page")) {
      long number = lines.number("page", page.get(), 1, StateTree.MAX_PAGES);
      List<Disclosure.Chunk> chunks = new ArrayList<>();
      for (Optional<String> chunk = lines.valueIf("chunk");
          chunk.isPresent();
          chunk = lines.valueIf("chunk")) {
        chunks.add(readChunk(lines, chunk.get().split(" ", -1)));
      }
      pages.add(new Disclosure.ShownPage(number, chunks, lines.hashes()));
    }
    return pages;
  }

  private static Disclosure.Chunk readChunk(ProofLines lines, String[] words)
      throws CorruptObjectException {
    if (words.length != 3) {
      throw lines.corrupt("has " + words.length + " values, not 3");
    }
    int index = (int) lines.number("chunk", words[0], 0, LARGEST_PAGE / Disclosure.Chunk.BYTES - 1);
    byte[] salt = lines.base64(words[1]);
    byte[] bytes = lines.base64(words[2]);
    if (salt.length != Disclosure.Chunk.SALT_BYTES || bytes.length != Disclosure.Chunk.BYTES) {
      throw lines.corrupt(
          String.format(
              Locale.ROOT, "has a salt of %d bytes, a chunk of %d", salt.length, bytes.length));
    }
    return new Disclosure.Chunk(index, Blob.of(salt), Blob.of(bytes));
  }
}

package io.inft.subjects;

import io.inft.bytes.ByteReader;
import io.inft.bytes.ByteWriter;
import io.inft.bytes.Digest;
import io.inft.bytes.DurableFiles;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
import io.inft.failure.LocalStorageException;
import io.inft.failure.SettingException;
import io.inft.seal.KeyWrapper;
import io.inft.seal.cipher.Aead;
import io.inft.seal.cipher.Hkdf;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import javax.crypto.SecretKey;

/**
 * The keys of the subjects of one database, on this machine: a folder with a file for each.
 *
 * <pre>
 * names              32 random bytes, with which names of subjects become names of files
 * &lt;tag&gt;.key          the key of one subject, by itself or wrapped by a key service
 * &lt;tag&gt;.forgotten    which keys of it were destroyed
 * &lt;random&gt;.gone      a key that is being destroyed
 * </pre>
 *
 * <p>A file is read each time, so a key that another process destroyed is gone here too. May be
 * shared between threads and processes.
 */
public final class SubjectKeys {
  static final int TAG_BYTES = 16;
  static final int ID_BYTES = 8;
  private static final byte[] MAGIC = "ISK1".getBytes(StandardCharsets.US_ASCII);

  /** Noted as the id of a key whose id is lost: all of that subject that are not here. */
  private static final byte[] ANY = new byte[ID_BYTES];

  /** How the name of a key ends that nobody is to find any more. */
  private static final String GONE = ".gone";

  private static final int PLAIN = 0;
  private static final int WRAPPED = 1;
  private static final int MAX_FILE_BYTES = 4096;
  private static final int MAX_FORGOTTEN_BYTES = 1 << 20;
  private static final int MOST_REMEMBERED = 1000;

  private final Path folder;
  private final Digest context;
  private final Optional<Service> service;
  private final SecureRandom random = new SecureRandom();

  // Mutable: whether what killed processes had left was erased since this was made.
  private volatile boolean cleared;

  // Mutable, under its own lock: what a service unwrapped, by the file that it was wrapped in.
  private final Map<Digest, SecretKey> unwrapped =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Digest, SecretKey> eldest) {
          return size() > MOST_REMEMBERED;
        }
      };

  /** A key service, and which of its keys wraps those of the subjects. */
  public record Service(KeyWrapper wrapper, KeyWrapper.Key key) {}

  /** The key of a subject, and what tells it from others that it had. */
  static final class Found {
    private final byte[] id;
    private final SecretKey key;

    private Found(byte[] id, SecretKey key) {
      this.id = id;
      this.key = key;
    }

    /** To be read only. */
    byte[] id() {
      return id;
    }

    SecretKey key() {
      return key;
    }
  }

  /**
   * @param folder of this database's subjects; made when the first one gets its key
   * @param context digest of the database's context, so that values of one are none of another
   * @param service wraps new keys; without one they lie in the folder as they are
   */
  public SubjectKeys(Path folder, Digest context, Optional<Service> service) {
    this.folder = folder;
    this.context = context;
    this.service = service;
  }

  Digest context() {
    return context;
  }

  /** What a subject is called where others may see it: nothing without this machine's folder. */
  byte[] tag(String subject) throws InftException {
    byte[] secret = names();
    return Hkdf.derive(
        secret,
        Hkdf.NO_SALT,
        Hkdf.info("inft/v1/subject", context.toBytes(), Digest.sha256(utf8(subject)).toBytes()),
        TAG_BYTES);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private byte[] names() throws InftException {
    Path file = folder.resolve("names");
    Optional<byte[]> found = read(file, Aead.KEY_BYTES);
    if (found.isEmpty()) {
      byte[] fresh = new byte[Aead.KEY_BYTES];
      random.nextBytes(fresh);
      found = Optional.of(placed(file, fresh));
    }
    if (found.get().length != Aead.KEY_BYTES) {
      throw new CorruptObjectException(file.toString(), 0, "32 bytes are expected");
    }
    return found.get();
  }

  /** Writes a file, unless another was first; answers what is there then. */
  private byte[] placed(Path file, byte[] content) throws LocalStorageException {
    DurableFiles.createFolders(folder);
    Path temporary = folder.resolve(UUID.randomUUID() + ".new");
    DurableFiles.createPrivate(temporary, content);
    try {
      return DurableFiles.link(temporary, file)
          ? content
          : read(file, MAX_FILE_BYTES).orElse(content);
    } finally {
      DurableFiles.deleteIfExists(temporary);
    }
  }

  private static Optional<byte[]> read(Path file, int most) throws LocalStorageException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(DurableFiles.read(file, most));
    } catch (LocalStorageException e) {
      if (e.getCause() instanceof NoSuchFileException) { // destroyed in between
        return Optional.empty();
      }
      throw e;
    }
  }

  private Path keyFile(byte[] tag) {
    return folder.resolve(hex(tag) + ".key");
  }

  private Path forgottenFile(byte[] tag) {
    return folder.resolve(hex(tag) + ".forgotten");
  }

  static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  /** The key of a subject, which is made if it has none. */
  Found keyOf(byte[] tag) throws InftException {
    Optional<Found> found = find(tag);
    if (found.isPresent()) {
      return found.get();
    }
    if (!cleared) { // Once: it lists the folder, and a store may make a key for each session.
      eraseLeftovers();
      cleared = true;
    }
    clear(tag);
    byte[] id = new byte[ID_BYTES];
    byte[] key = new byte[Aead.KEY_BYTES];
    random.nextBytes(id);
    random.nextBytes(key);
    byte[] content = content(tag, id, key);
    Arrays.fill(key, (byte) 0);
    return opened(keyFile(tag), tag, placed(keyFile(tag), content));
  }

  private byte[] content(byte[] tag, byte[] id, byte[] key) throws InftException {
    boolean wraps = service.isPresent();
    byte[] kept =
        wraps ? service.get().wrapper().wrap(key, service.get().key(), boundTo(tag)) : key;
    return new ByteWriter(128)
        .bytes(MAGIC)
        .bytes(id)
        .u8(wraps ? WRAPPED : PLAIN)
        .bytes16(kept)
        .toBytes();
  }

  /** As long as what slots are bound to, and never the same. */
  private byte[] boundTo(byte[] tag) {
    return new ByteWriter(Digest.BYTES + 4)
        .digest(Digest.sha256(utf8("inft/v1/subject-key"), context.toBytes(), tag))
        .u32(0)
        .toBytes();
  }

  /** The key of a subject if this machine has it. */
  Optional<Found> find(byte[] tag) throws InftException {
    Path file = keyFile(tag);
    Optional<byte[]> content = read(file, MAX_FILE_BYTES);
    return content.isEmpty() || isErased(content.get())
        ? Optional.empty()
        : Optional.of(opened(file, tag, content.get()));
  }

  private Found opened(Path file, byte[] tag, byte[] content) throws InftException {
    ByteReader in = new ByteReader(file.toString(), content);
    if (!Arrays.equals(in.bytes("magic", MAGIC.length), MAGIC)) {
      throw in.corrupt("it is no key of a subject");
    }
    byte[] id = in.bytes("id", ID_BYTES);
    int kind = in.u8("kind");
    byte[] kept = in.bytes16("key", KeyWrapper.MAX_WRAPPED_BYTES);
    in.end();
    if (kind != PLAIN && kind != WRAPPED) {
      throw in.corrupt("kind " + kind + " is unknown");
    }
    return new Found(id, kind == PLAIN ? key(file, kept) : unwrapped(tag, content, kept));
  }

  private static SecretKey key(Path file, byte[] bytes) throws CorruptObjectException {
    if (bytes.length != Aead.KEY_BYTES) {
      throw new CorruptObjectException(file.toString(), 0, "a key of 32 bytes is expected");
    }
    return Aead.key(bytes);
  }

  private SecretKey unwrapped(byte[] tag, byte[] content, byte[] wrapped) throws InftException {
    Digest name = Digest.sha256(content);
    SecretKey known;
    synchronized (unwrapped) {
      known = unwrapped.get(name);
    }
    if (known != null) {
      return known;
    }
    if (service.isEmpty()) {
      throw new SettingException(
          "keyService",
          "the key of this subject was wrapped by a key service: name the one that was named when"
              + " the value was sealed");
    }
    byte[] secret = service.get().wrapper().unwrap(wrapped, service.get().key(), boundTo(tag));
    SecretKey key = key(keyFile(tag), secret);
    Arrays.fill(secret, (byte) 0);
    synchronized (unwrapped) {
      unwrapped.put(name, key);
    }
    return key;
  }

  /**
   * Destroys the key of a subject. That it was is noted first; then the file loses its name, so
   * that nobody reads half of it; then its bytes are overwritten and it is deleted.
   *
   * @return false if it had none here
   */
  boolean forget(byte[] tag) throws InftException {
    eraseLeftovers();
    Path file = keyFile(tag);
    Optional<byte[]> content = read(file, MAX_FILE_BYTES);
    if (content.isEmpty()) {
      return false;
    }
    note(tag, content.get());
    Path gone = unnamed();
    if (!taken(file, gone)) {
      return false; // another process was faster
    }
    Optional<byte[]> taken = read(gone, MAX_FILE_BYTES);
    if (taken.isPresent()) {
      note(tag, taken.get()); // another process may have made one anew in between
    }
    erase(gone);
    return true;
  }

  private Path unnamed() {
    return folder.resolve(UUID.randomUUID() + GONE);
  }

  private static boolean taken(Path file, Path to) throws LocalStorageException {
    try {
      DurableFiles.rename(file, to);
      return true;
    } catch (LocalStorageException e) {
      if (e.getCause() instanceof NoSuchFileException) {
        return false;
      }
      throw e;
    }
  }

  /** What a process that was killed did not come to overwrite. */
  private void eraseLeftovers() throws LocalStorageException {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(folder, "*" + GONE)) {
      for (Path one : leftovers) {
        erase(one);
      }
    } catch (IOException | DirectoryIteratorException e) {
      throw new LocalStorageException(folder, "list", e);
    }
  }

  private void erase(Path file) throws LocalStorageException {
    Optional<byte[]> content = read(file, MAX_FILE_BYTES);
    if (content.isPresent()) {
      synchronized (unwrapped) {
        unwrapped.remove(Digest.sha256(content.get()));
      }
      overwrite(file, content.get().length);
      DurableFiles.deleteIfExists(file);
      DurableFiles.forceFolder(folder);
    }
  }

  private static void overwrite(Path file, int size) throws LocalStorageException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      ByteBuffer zeros = ByteBuffer.allocate(size);
      while (zeros.hasRemaining()) {
        channel.write(zeros);
      }
      channel.force(true);
    } catch (NoSuchFileException gone) {
      return; // another process was faster
    } catch (IOException e) {
      throw new LocalStorageException(file, "overwrite", e);
    }
  }

  /** Whether a file was overwritten and kept its name all the same. */
  private static boolean isErased(byte[] content) {
    for (byte one : content) {
      if (one != 0) {
        return false;
      }
    }
    return content.length > 0;
  }

  /** Makes room for a key where an erased one still has its name. */
  private void clear(byte[] tag) throws LocalStorageException {
    Path file = keyFile(tag);
    Optional<byte[]> content = read(file, MAX_FILE_BYTES);
    Path gone = unnamed();
    if (content.isPresent() && isErased(content.get())) {
      note(tag, content.get());
      if (taken(file, gone)) {
        if (!isErased(read(gone, MAX_FILE_BYTES).orElse(content.get()))) {
          DurableFiles.link(gone, file); // another process made one in between
          DurableFiles.deleteIfExists(gone);
        } else {
          erase(gone);
        }
      }
    }
  }

  /** Notes that the key in a file is destroyed; of one that was erased the id is not known. */
  private void note(byte[] tag, byte[] content) throws LocalStorageException {
    byte[] id =
        content.length < MAGIC.length + ID_BYTES
            ? ANY
            : Arrays.copyOfRange(content, MAGIC.length, MAGIC.length + ID_BYTES);
    byte[] before = read(forgottenFile(tag), MAX_FORGOTTEN_BYTES).orElse(new byte[0]);
    if (!has(before, id)) {
      DurableFiles.replace(
          forgottenFile(tag),
          new ByteWriter(before.length + id.length).bytes(before).bytes(id).toBytes());
    }
  }

  /** Whether this key was destroyed here. */
  boolean isForgotten(byte[] tag, byte[] id) throws LocalStorageException {
    byte[] all = read(forgottenFile(tag), MAX_FORGOTTEN_BYTES).orElse(new byte[0]);
    return has(all, id)
        || has(all, ANY)
        || read(keyFile(tag), MAX_FILE_BYTES).filter(SubjectKeys::isErased).isPresent();
  }

  private static boolean has(byte[] all, byte[] id) {
    for (int i = 0; i + ID_BYTES <= all.length; i += ID_BYTES) {
      if (Arrays.equals(all, i, i + ID_BYTES, id, 0, ID_BYTES)) {
        return true;
      }
    }
    return false;
  }

  byte[] nonce() {
    byte[] nonce = new byte[Aead.NONCE_BYTES];
    random.nextBytes(nonce);
    return nonce;
  }
}

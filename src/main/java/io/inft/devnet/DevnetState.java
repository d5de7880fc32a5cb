package io.inft.devnet;

import io.inft.bytes.DurableFiles;
import io.inft.bytes.SigningKey;
import io.inft.failure.CorruptObjectException;
import io.inft.failure.InftException;
import io.inft.failure.LocalStorageException;
import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What a development network remembers between two starts: its key and addresses, in {@code
 * devnet.properties}. The key owns play money only. Safe for many threads.
 */
final class DevnetState {
  private final Path file;
  private final ReentrantLock lock = new ReentrantLock();
  private final Properties facts = new Properties();

  private DevnetState(Path file) {
    this.file = file;
  }

  static DevnetState open(DevnetFolder folder) throws InftException {
    DevnetState state = new DevnetState(folder.resolve("devnet.properties"));
    try {
      if (Files.exists(state.file)) {
        try (Reader reader = Files.newBufferedReader(state.file)) {
          state.facts.load(reader);
        }
      }
    } catch (IOException e) {
      throw new LocalStorageException(state.file, "read", e);
    } catch (IllegalArgumentException e) {
      throw new CorruptObjectException(state.file.toString(), 0, "is no properties file");
    }
    return state;
  }

  /** The network's account, made at the first start. */
  SigningKey key() throws InftException {
    Optional<String> known = get("key");
    if (known.isEmpty()) {
      SigningKey made = SigningKey.generate(new SecureRandom());
      put("key", made.revealHex());
      return made;
    }
    try {
      return SigningKey.parse(known.get());
    } catch (IllegalArgumentException e) {
      throw new CorruptObjectException(file.toString(), 0, "holds no private key");
    }
  }

  /** A password for databases on this network, made at the first start. */
  String password() throws LocalStorageException {
    Optional<String> known = get("password");
    if (known.isPresent()) {
      return known.get();
    }
    byte[] random = new byte[16];
    new SecureRandom().nextBytes(random);
    String made = "devnet-" + HexFormat.of().formatHex(random);
    put("password", made);
    return made;
  }

  Optional<String> get(String name) {
    lock.lock();
    try {
      return Optional.ofNullable(facts.getProperty(name));
    } finally {
      lock.unlock();
    }
  }

  void put(String name, String value) throws LocalStorageException {
    lock.lock();
    try {
      facts.setProperty(name, value);
      StringWriter text = new StringWriter();
      facts.store(text, "A development network of inft-jdbc. Its keys own play money only.");
      DurableFiles.replace(file, text.toString().getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new LocalStorageException(file, "write", e);
    } finally {
      lock.unlock();
    }
  }
}

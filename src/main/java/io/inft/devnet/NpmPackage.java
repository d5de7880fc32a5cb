package io.inft.devnet;

import io.inft.failure.InftException;
import io.inft.failure.LocalStorageException;
import io.inft.failure.MissingToolException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A pinned npm package of which a few files are wanted. Fetched once with the machine's own npm
 * (its registry, proxy and cache), checked against the pinned hash, kept in a folder.
 *
 * @param name with its scope
 * @param version exact
 * @param integrity SHA-512 of the archive as npm writes it
 * @param files names in the package → names in the folder
 */
record NpmPackage(String name, String version, String integrity, Map<String, String> files) {
  private static final int MAX_SHOWN_CHARACTERS = 600;
  private static final int TIMEOUT_MINUTES = 10;

  NpmPackage {
    files = Map.copyOf(files);
  }

  /** The folder with the files, fetched if it is not there yet. */
  Path in(Path packages, Consumer<String> progress) throws InftException {
    Path folder = packages.resolve(name.replace("@", "").replace('/', '-') + "-" + version);
    if (Files.isDirectory(folder)) {
      return folder;
    }
    Path temporary = packages.resolve(UUID.randomUUID() + ".tmp");
    try {
      Files.createDirectories(temporary);
      progress.accept("fetching " + name + " " + version + " with npm");
      Path archive = fetch(temporary);
      verify(archive);
      Path unpacked = Files.createDirectory(temporary.resolve("unpacked"));
      Map<String, Path> wanted = new HashMap<>();
      files.forEach((from, to) -> wanted.put("package/" + from, unpacked.resolve(to)));
      TarArchive.extract(archive, wanted);
      try {
        Files.move(unpacked, folder, StandardCopyOption.ATOMIC_MOVE);
      } catch (IOException e) {
        if (!Files.isDirectory(folder)) { // otherwise another process was faster
          throw e;
        }
      }
      return folder;
    } catch (IOException e) {
      throw new LocalStorageException(folder, "fetch " + name + " into", e);
    } finally {
      delete(temporary);
    }
  }

  private Path fetch(Path temporary) throws InftException, IOException {
    boolean isWindows = java.io.File.separatorChar == '\\';
    ChildProcess child;
    try {
      child =
          new ChildProcess(
              new ProcessBuilder(
                      isWindows ? "npm.cmd" : "npm",
                      "pack",
                      name + "@" + version,
                      "--pack-destination",
                      temporary.toString())
                  .directory(temporary.toFile())
                  .redirectErrorStream(true)
                  .start(),
              "inft-npm");
    } catch (IOException e) {
      throw new MissingToolException(
          "npm", "it could not be started", "install Node.js 20 or newer from nodejs.org", e);
    }
    Process npm = child.process();
    String output = new String(npm.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (!npm.waitFor(TIMEOUT_MINUTES, TimeUnit.MINUTES) || npm.exitValue() != 0) {
        int shown = Math.max(0, output.length() - MAX_SHOWN_CHARACTERS);
        throw new MissingToolException(
            "npm package " + name + " " + version,
            "npm could not fetch it: " + output.substring(shown).strip(),
            "check the network and 'npm config get registry'",
            null);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MissingToolException("npm package " + name, "interrupted", "try again", e);
    } finally {
      child.close();
    }
    List<Path> archives = new ArrayList<>();
    try (Stream<Path> entries = Files.list(temporary)) {
      entries.filter(entry -> entry.toString().endsWith(".tgz")).forEach(archives::add);
    }
    if (archives.size() != 1) {
      throw new IOException("npm wrote " + archives.size() + " archives");
    }
    return archives.get(0);
  }

  private void verify(Path archive) throws InftException, IOException {
    MessageDigest sha512;
    try {
      sha512 = MessageDigest.getInstance("SHA-512");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-512", e);
    }
    try (InputStream in = new DigestInputStream(Files.newInputStream(archive), sha512)) {
      in.transferTo(java.io.OutputStream.nullOutputStream());
    }
    String found = "sha512-" + Base64.getEncoder().encodeToString(sha512.digest());
    if (!found.equals(integrity)) {
      throw new MissingToolException(
          "npm package " + name + " " + version,
          "what npm fetched is another one (" + found + ", pinned is " + integrity + ")",
          "check 'npm config get registry'",
          null);
    }
  }

  static void delete(Path folder) throws LocalStorageException {
    try (Stream<Path> entries = Files.walk(folder)) {
      for (Path entry : entries.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(entry);
      }
    } catch (NoSuchFileException gone) {
      // there is nothing to delete
    } catch (IOException e) {
      throw new LocalStorageException(folder, "delete", e);
    }
  }
}

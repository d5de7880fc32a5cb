package io.inft.devnet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TarArchiveTest {
  @TempDir Path folder;

  private final ByteArrayOutputStream tar = new ByteArrayOutputStream();

  private void add(String prefix, String name, String octalSize, byte[] content) {
    byte[] header = new byte[512];
    put(header, 0, name);
    put(header, 124, octalSize);
    put(header, 345, prefix);
    tar.writeBytes(header);
    tar.writeBytes(Arrays.copyOf(content, (content.length + 511) / 512 * 512));
  }

  private void add(String prefix, String name, byte[] content) {
    add(prefix, name, String.format(Locale.ROOT, "%011o ", content.length), content);
  }

  private static void put(byte[] header, int at, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    System.arraycopy(bytes, 0, header, at, bytes.length);
  }

  private Path archive(int cutBytes) throws IOException {
    Path file = folder.resolve("archive.tgz");
    byte[] all = tar.toByteArray();
    try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(all, 0, all.length - cutBytes);
    }
    return file;
  }

  @Test
  void takesWhatIsWantedByItsWholeName() throws Exception {
    byte[] content = "x".repeat(700).getBytes(StandardCharsets.US_ASCII);
    add("", "package/other", new byte[512]);
    add("package/very/long", "wanted", content);
    Path target = folder.resolve("target");

    TarArchive.extract(archive(0), Map.of("package/very/long/wanted", target));

    assertThat(target).hasBinaryContent(content);
  }

  @Test
  void whatIsNotThereIsNamed() throws Exception {
    add("", "package/other", new byte[3]);
    assertThatThrownBy(
            () -> TarArchive.extract(archive(0), Map.of("wanted", folder.resolve("target"))))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("wanted");
  }

  @Test
  void anArchiveThatEndsWithinAFileIsNoShortFile() throws Exception {
    add("", "wanted", new byte[5000]);
    assertThatThrownBy(
            () -> TarArchive.extract(archive(1000), Map.of("wanted", folder.resolve("target"))))
        .isInstanceOf(EOFException.class);
  }

  @Test
  void anAbsurdSizeIsRefusedBeforeAnythingIsRead() throws Exception {
    add("", "wanted", "77777777777 ", new byte[512]);
    assertThatThrownBy(
            () -> TarArchive.extract(archive(0), Map.of("wanted", folder.resolve("target"))))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("an entry of 8589934591 bytes");
  }
}

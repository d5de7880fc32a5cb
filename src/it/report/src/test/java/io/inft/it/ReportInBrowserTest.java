package io.inft.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.cli.Inft;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Chromium makes of a report. The pictures stay in {@code target}, to be looked at. */
class ReportInBrowserTest {
  private static final Path PICTURES = Path.of("target");
  private static final int MARGIN = 6;

  @TempDir Path folder;

  private Path report() throws Exception {
    Path home = folder.resolve("home");
    String url = "jdbc:inft:agent-memory?network=embedded&linger=0&home=" + home;
    for (int i = 0; i < 8; i++) {
      try (Connection connection = DriverManager.getConnection(url);
          Statement statement = connection.createStatement()) {
        statement.execute("CREATE TABLE IF NOT EXISTS memories(id INTEGER PRIMARY KEY, said TEXT)");
        statement.execute("CREATE TABLE IF NOT EXISTS \"<b>bold</b><script>alert(1)</script>\"(n)");
        statement.execute("INSERT INTO memories(said) VALUES ('note " + i + "'), ('another')");
        statement.execute("UPDATE memories SET said = said || '!' WHERE id = " + i);
        statement.execute(
            "INSERT INTO inft_events(type, payload) VALUES ('note', '{\"number\":" + i + "}')");
      }
    }
    Path page = folder.resolve("report.html");
    int code =
        Inft.commandLine()
            .execute(
                "report",
                "agent-memory",
                "-o",
                page.toString(),
                "--network",
                "embedded",
                "--home",
                home.toString());
    assertThat(code).isZero();
    return page;
  }

  @Test
  void aReportIsWrittenAndIsOneFile() throws Exception {
    String text = Files.readString(report());
    assertThat(text)
        .contains("Everything fits together", "&lt;script&gt;alert(1)")
        .doesNotContain("<script", " src=", " href=");
  }

  @Test
  void itIsReadableByDayByNightOnAPhoneAndOnPaper() throws Exception {
    Optional<String> browser = browser();
    Assumptions.assumeTrue(browser.isPresent(), "no chromium here; INFT_TOOLS=required fails");
    Path page = report();
    BufferedImage day = picture(browser.get(), page, "day", "1200,2400", List.of());
    BufferedImage night =
        picture(
            browser.get(),
            page,
            "night",
            "1200,2400",
            List.of("--blink-settings=preferredColorScheme=0"));
    BufferedImage phone = picture(browser.get(), page, "phone", "500,3600", List.of());
    assertThat(brightness(day)).isGreaterThan(200);
    assertThat(brightness(night)).isLessThan(60);
    assertThat(brightness(phone)).isGreaterThan(200);
    for (BufferedImage picture : List.of(day, night, phone)) {
      assertThat(colours(picture, 0, picture.getWidth())).as("it is drawn").isGreaterThan(50);
      int right = picture.getWidth();
      assertThat(colours(picture, right - MARGIN, right))
          .as("nothing sticks out on the right")
          .isEqualTo(1);
    }
    Path paper = PICTURES.resolve("report.pdf").toAbsolutePath();
    run(browser.get(), page, List.of("--print-to-pdf=" + paper, "--no-pdf-header-footer"));
    assertThat(paper).isNotEmptyFile();
    assertThat(Files.readString(paper, java.nio.charset.StandardCharsets.ISO_8859_1))
        .startsWith("%PDF");
  }

  private static Optional<String> browser() {
    for (String name : List.of("chromium", "chromium-browser", "google-chrome")) {
      for (String place : System.getenv("PATH").split(File.pathSeparator)) {
        if (Files.isExecutable(Path.of(place, name))) {
          return Optional.of(place + "/" + name);
        }
      }
    }
    if ("required".equals(System.getenv("INFT_TOOLS"))) {
      throw new AssertionError("a browser is missing: apt-get install chromium");
    }
    return Optional.empty();
  }

  private BufferedImage picture(
      String browser, Path page, String name, String size, List<String> more) throws Exception {
    Path file = PICTURES.resolve("report-" + name + ".png").toAbsolutePath();
    Files.deleteIfExists(file);
    List<String> options = new ArrayList<>(more);
    options.add("--window-size=" + size);
    options.add("--hide-scrollbars");
    options.add("--screenshot=" + file);
    run(browser, page, options);
    return ImageIO.read(file.toFile());
  }

  private void run(String browser, Path page, List<String> options)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(browser, "--headless=new", "--no-sandbox"));
    command.add("--disable-gpu");
    command.add("--user-data-dir=" + folder.resolve("browser"));
    command.addAll(options);
    command.add(page.toUri().toString());
    Path log = folder.resolve("browser.log");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    boolean ended = process.waitFor(120, TimeUnit.SECONDS);
    process.destroyForcibly();
    assertThat(ended).as(Files.readString(log)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(log)).isZero();
  }

  /** Of a corner of the page, where nothing but its ground is. */
  private static int brightness(BufferedImage picture) {
    Color colour = new Color(picture.getRGB(2, 2));
    return (colour.getRed() + colour.getGreen() + colour.getBlue()) / 3;
  }

  private static int colours(BufferedImage picture, int from, int to) {
    Set<Integer> found = new HashSet<>();
    for (int x = from; x < to; x++) {
      for (int y = 0; y < picture.getHeight(); y++) {
        found.add(picture.getRGB(x, y));
      }
    }
    return found.size();
  }
}

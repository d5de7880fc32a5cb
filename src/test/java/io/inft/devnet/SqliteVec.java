package io.inft.devnet;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/** The published library of sqlite-vec for this machine, fetched once from npm. */
public final class SqliteVec {
  private static final String VERSION = "0.1.9";

  private static final Map<String, NpmPackage> PACKAGES =
      Map.of(
          "linux-amd64",
          library(
              "linux-x64",
              "vec0.so",
              "w3tCH8xK2finW8fQJ/m8uqKodXUZ9KAuAar2UIhz4BHILfpE0WM/MTGCRfa7RjYbrYim5Luk3guvMOGI7T7JQA=="),
          "linux-aarch64",
          library(
              "linux-arm64",
              "vec0.so",
              "5wXVJ9c9kR4CHm/wVqXb/R+XUHTdpZ4nWbPHlS+gc9qQFVHs92Km4bPnCKX4rtcPMzvNis+SIzMJR1SCEwpuUw=="),
          "mac os x-x86_64",
          library(
              "darwin-x64",
              "vec0.dylib",
              "KDlVyqQT7pnOhU1ymB9gs7dMbSoVmKHitT+k1/xkjarcX8bBqPxWrGlK/R+C5WmWkfvWwyq5FfXfiBYCBs6PlA=="),
          "mac os x-aarch64",
          library(
              "darwin-arm64",
              "vec0.dylib",
              "jSsZpE42OfBkGL/ItyJTVCUwl6o6Ka3U5rc4j+UBDIQzC1ulSSKMEhQLthsOnF/MdAf1MuAkYhkdKmmcjaIZQg=="),
          "windows-amd64",
          library(
              "windows-x64",
              "vec0.dll",
              "y3gEIyy/17bq2QFPQOWLE68TYWcRZkBQVA2XLrTPHNTOp55xJi/BBBmOm40tVMDMjtP+Elpk6UBUXdaq+46b0Q=="));

  private SqliteVec() {}

  private static NpmPackage library(String platform, String file, String sha512) {
    return new NpmPackage(
        "sqlite-vec-" + platform, VERSION, "sha512-" + sha512, Map.of(file, file));
  }

  /** Where it lies; skips the test on a machine that it was not published for. */
  public static Path library() throws Exception {
    String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String name = (os.startsWith("windows") ? "windows" : os) + "-" + System.getProperty("os.arch");
    NpmPackage found = PACKAGES.get(name);
    assumeTrue(found != null, "sqlite-vec is not published for " + name);
    String file = found.files().values().iterator().next();
    return found.in(TestPackages.FOLDER, progress -> {}).resolve(file);
  }
}

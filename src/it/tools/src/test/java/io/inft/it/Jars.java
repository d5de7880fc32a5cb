package io.inft.it;

import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The jars of this build, and a loader that sees nothing but one of them. */
final class Jars {
  private Jars() {}

  static List<Path> classPath() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(Path::of)
        .toList();
  }

  /** The one file that is given to tools. */
  static Path all() {
    return classPath().stream()
        .filter(path -> path.getFileName().toString().matches("inft-jdbc-.*all\\.jar"))
        .findFirst()
        .orElseThrow();
  }

  /** What programs put on their class path, without the file for tools. */
  static String thin() {
    return String.join(
        File.pathSeparator,
        classPath().stream().filter(path -> !path.equals(all())).map(Path::toString).toList());
  }

  /** As DBeaver and IntelliJ do it: the driver's jar, the JDK, and nothing else. */
  static URLClassLoader isolated() throws Exception {
    return new URLClassLoader(
        new URL[] {all().toUri().toURL()}, ClassLoader.getPlatformClassLoader());
  }
}

package io.inft.lazy;

import static org.assertj.core.api.Assertions.assertThat;

import io.inft.faults.ChildJvm;
import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** JNA is optional: where it is not, this room says so and nothing else happens. */
class WithoutJnaTest {
  @Test
  void itSaysWhatIsMissing() throws Exception {
    List<URL> urls = new ArrayList<>();
    for (String entry :
        ChildJvm.classPath(WithoutJnaTest.class.getClassLoader()).split(File.pathSeparator, -1)) {
      if (!Path.of(entry).getFileName().toString().startsWith("jna-")) {
        urls.add(Path.of(entry).toUri().toURL());
      }
    }
    try (URLClassLoader loader =
        new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
      Class<?> database = loader.loadClass(PartialDatabase.class.getName());
      for (int i = 0; i < 2; i++) {
        assertThat((Optional<?>) database.getMethod("unavailable").invoke(null))
            .get()
            .asString()
            .contains("net.java.dev.jna:jna is not on the class path");
      }
    }
  }
}

package io.inft.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleState;
import org.apache.catalina.WebResourceRoot;
import org.apache.catalina.core.StandardContext;
import org.apache.catalina.startup.Tomcat;
import org.apache.catalina.webresources.DirResourceSet;
import org.apache.catalina.webresources.StandardRoot;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ten redeployments in a row, each up at once and with the rows of all before it. */
class RedeployTest {
  private static final int TIMES = 10;

  /** What a deployment may take here, the first one's unpacking of native libraries included. */
  private static final Duration READY = Duration.ofSeconds(30);

  @TempDir Path folder;

  @Test
  void anApplicationThatClosesItsPool() throws Exception {
    redeploy(List.of());
  }

  @Test
  void anApplicationThatForgetsItsPoolOnceInAWhile() throws Exception {
    redeploy(List.of(3, 4, 8));
  }

  private void redeploy(List<Integer> forgetful) throws Exception {
    System.setProperty("web.home", folder.resolve("home").toString());
    Tomcat tomcat = new Tomcat();
    tomcat.setBaseDir(folder.resolve("tomcat").toString());
    tomcat.setPort(0);
    Files.createDirectories(folder.resolve("tomcat/webapps"));
    List<String> times = new ArrayList<>();
    tomcat.start();
    try {
      for (int i = 1; i <= TIMES; i++) {
        System.setProperty("web.forgetful", Boolean.toString(forgetful.contains(i)));
        long begun = System.nanoTime();
        Context application = deploy(tomcat);
        Duration ready = Duration.ofNanos(System.nanoTime() - begun);
        assertThat(application.getState()).as("deployment %s", i).isEqualTo(LifecycleState.STARTED);
        assertThat(application.getServletContext().getAttribute("rows"))
            .as("rows that deployment %s sees", i)
            .isEqualTo(i);
        assertThat(ready).as("deployment %s", i).isLessThan(READY);
        ClassLoader loader = application.getLoader().getClassLoader();
        begun = System.nanoTime();
        tomcat.getHost().removeChild(application);
        Duration gone = Duration.ofNanos(System.nanoTime() - begun);
        assertThat(gone).as("undeployment %s", i).isLessThan(READY);
        assertThat(threadsOf(loader)).as("threads of deployment %s", i).isEmpty();
        times.add(ready.toMillis() + "/" + gone.toMillis());
      }
    } finally {
      tomcat.stop();
      tomcat.destroy();
    }
    System.out.println(
        "Tomcat " + System.getProperty("tomcat.version") + ", ready/gone in ms: " + times);
  }

  private static Context deploy(Tomcat tomcat) {
    StandardContext application = new StandardContext();
    application.setName("/web");
    application.setPath("/web");
    application.setDocBase(Path.of(System.getProperty("web")).toString());
    application.addLifecycleListener(new Tomcat.FixContextListener());
    WebResourceRoot resources = new StandardRoot(application);
    resources.addPreResources(
        new DirResourceSet(resources, "/WEB-INF/classes", System.getProperty("web.classes"), "/"));
    application.setResources(resources);
    application.addApplicationListener("io.inft.it.web.Pool");
    tomcat.getHost().addChild(application); // and starts it
    return application;
  }

  /** Ours; a pool that nobody closes keeps its own. */
  private static List<String> threadsOf(ClassLoader loader) throws InterruptedException {
    List<String> found = List.of();
    long deadline = System.nanoTime() + Duration.ofSeconds(2).toNanos();
    do {
      found =
          Thread.getAllStackTraces().keySet().stream()
              .filter(thread -> thread.getContextClassLoader() == loader)
              .map(Thread::getName)
              .filter(name -> name.startsWith("inft-"))
              .toList();
      Thread.sleep(20);
    } while (!found.isEmpty() && System.nanoTime() < deadline);
    return found;
  }
}

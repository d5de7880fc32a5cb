package io.inft;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.BaseStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Nobody waits without a limit: neither for a thread nor for a process nor for a network. */
class BoundedTest {
  /** A call that waits for ever; parameters are empty where any overload does. */
  private record Endless(Class<?> owner, String name, boolean anyParameters) {
    boolean is(CodeUnitAccessTarget target) {
      return target.getName().equals(name)
          && (anyParameters || target.getRawParameterTypes().isEmpty())
          && target.getOwner().isAssignableTo(owner);
    }
  }

  private static final List<Endless> ENDLESS =
      List.of(
          new Endless(Thread.class, "join", false),
          new Endless(Future.class, "get", false),
          new Endless(Future.class, "join", false),
          new Endless(CountDownLatch.class, "await", false),
          new Endless(CyclicBarrier.class, "await", false),
          new Endless(Condition.class, "await", false),
          new Endless(Condition.class, "awaitUninterruptibly", false),
          new Endless(Object.class, "wait", false),
          new Endless(Process.class, "waitFor", false),
          new Endless(BlockingQueue.class, "take", false),
          new Endless(BlockingQueue.class, "put", true),
          new Endless(Semaphore.class, "acquire", true),
          new Endless(Semaphore.class, "acquireUninterruptibly", true),
          new Endless(FileChannel.class, "lock", true),
          new Endless(ExecutorService.class, "close", false),
          new Endless(LockSupport.class, "park", true),
          new Endless(Collection.class, "parallelStream", false),
          new Endless(BaseStream.class, "parallel", false));

  /** Where such a call is bounded all the same, and by what. */
  private static final Map<String, String> BOUNDED = new TreeMap<>();

  static {
    BOUNDED.put(
        "Anvil.awaitEnd > Process.waitFor",
        "the development network runs until it is told to stop");
    BOUNDED.put(
        "ObjectTree.of > IntStream.parallel", "computes hashes of what is read from this disk");
    BOUNDED.put(
        "Unlocking.await > FutureTask.get", "derives one key, whose cost the format limits");
  }

  /** Where the tests lie, whatever built them. */
  private static String besideThisTest() {
    return BoundedTest.class.getProtectionDomain().getCodeSource().getLocation().getPath();
  }

  @Test
  void noWaitIsWithoutALimit() {
    Set<String> found = new TreeSet<>();
    for (JavaClass each :
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains(besideThisTest()))
            .importPackages("io.inft")) {
      Stream.<JavaAccess<? extends CodeUnitAccessTarget>>concat(
              each.getMethodCallsFromSelf().stream(), each.getMethodReferencesFromSelf().stream())
          .filter(call -> ENDLESS.stream().anyMatch(endless -> endless.is(call.getTarget())))
          .map(BoundedTest::place)
          .forEach(found::add);
    }
    List<String> unbounded = new ArrayList<>(found);
    unbounded.removeAll(BOUNDED.keySet());
    assertThat(unbounded)
        .as("give it a limit from the caller's deadline, or name here what ends it")
        .isEmpty();
    assertThat(BOUNDED.keySet()).as("exceptions that are none any more").isSubsetOf(found);
  }

  /** Lambdas count as the method they stand in. */
  private static String place(JavaAccess<?> call) {
    String method = call.getOrigin().getName().replaceAll("^lambda\\$(\\w+)\\$\\d+$", "$1");
    return call.getOriginOwner().getSimpleName()
        + "."
        + method
        + " > "
        + call.getTargetOwner().getSimpleName()
        + "."
        + call.getTarget().getName();
  }
}

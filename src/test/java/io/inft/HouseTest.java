package io.inft;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The plan of the house: which rooms there are and which doors each may open. */
class HouseTest {
  private static final String ROOT = "io.inft.";

  /** Room → rooms it opens. Doors open downwards: a room opens only rooms that stand below it. */
  private static final Map<String, Set<String>> PLAN = new HashMap<>();

  static {
    PLAN.put("failure", Set.of());
    PLAN.put("bytes", Set.of("failure"));
    PLAN.put("sqlite", Set.of("bytes", "failure"));
    PLAN.put("pack", Set.of("bytes", "failure"));
    PLAN.put("seal", Set.of("bytes", "failure"));
    PLAN.put("keystore", Set.of("seal", "bytes", "failure"));
    PLAN.put("commit", Set.of("bytes", "failure"));
    PLAN.put("store", Set.of("bytes", "failure"));
    PLAN.put("registry", Set.of("bytes", "failure"));
    PLAN.put("rpc", Set.of("bytes", "failure"));
    PLAN.put("evm", Set.of("rpc", "bytes", "failure"));
    PLAN.put("store.zerog", Set.of("store", "evm", "rpc", "bytes", "failure"));
    PLAN.put("registry.onchain", Set.of("registry", "evm", "bytes", "failure"));
    PLAN.put(
        "devnet",
        Set.of(
            "store.zerog",
            "registry.onchain",
            "store",
            "registry",
            "evm",
            "rpc",
            "bytes",
            "failure"));
    PLAN.put(
        "replica",
        Set.of("sqlite", "pack", "commit", "seal", "store", "registry", "bytes", "failure"));
    PLAN.put(
        "custody",
        Set.of("sqlite", "commit", "seal", "pack", "store", "registry", "bytes", "failure"));
    PLAN.put(
        "jdbc",
        Set.of(
            "replica",
            "custody",
            "keystore",
            "sqlite",
            "store.zerog",
            "registry.onchain",
            "commit",
            "seal",
            "store",
            "registry",
            "evm",
            "rpc",
            "bytes",
            "failure"));
    PLAN.put(
        "api",
        Set.of("jdbc", "replica", "custody", "seal", "store", "registry", "bytes", "failure"));
    PLAN.put("integration", Set.of("jdbc", "bytes", "failure"));
    PLAN.put(
        "cli",
        Set.of(
            "api",
            "jdbc",
            "devnet",
            "replica",
            "custody",
            "store.zerog",
            "registry.onchain",
            "commit",
            "seal",
            "store",
            "registry",
            "evm",
            "rpc",
            "bytes",
            "failure"));
  }

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .withImportOption(location -> !location.contains(besideThisTest()))
          .importPackages("io.inft");

  /** Where the tests lie, whatever built them. */
  private static String besideThisTest() {
    return HouseTest.class.getProtectionDomain().getCodeSource().getLocation().getPath();
  }

  @Test
  void everyRoomIsPlanned() {
    Set<String> built = new TreeSet<>();
    for (JavaClass found : CLASSES) {
      built.add(room(found.getPackageName()));
    }
    assertThat(built).isNotEmpty().isSubsetOf(PLAN.keySet());
  }

  @Test
  void everyDoorIsPlanned() {
    List<String> wrong = new ArrayList<>();
    for (JavaClass found : CLASSES) {
      String from = room(found.getPackageName());
      for (Dependency dependency : found.getDirectDependenciesFromSelf()) {
        String target = dependency.getTargetClass().getBaseComponentType().getPackageName();
        if (target.startsWith(ROOT)) {
          String to = room(target);
          if (!to.equals(from) && !PLAN.getOrDefault(from, Set.of()).contains(to)) {
            wrong.add(from + " opens " + to + ": " + dependency.getDescription());
          }
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void noDoorOpensUpwardsSoThereIsNoCycle() {
    Map<String, Integer> floors = new TreeMap<>();
    for (String room : PLAN.keySet()) {
      floor(room, floors, new ArrayList<>());
    }
    assertThat(floors.keySet()).containsExactlyInAnyOrderElementsOf(PLAN.keySet());
  }

  private static int floor(String room, Map<String, Integer> floors, List<String> path) {
    assertThat(path).as("a cycle of doors").doesNotContain(room);
    Integer known = floors.get(room);
    if (known != null) {
      return known;
    }
    assertThat(PLAN).containsKey(room);
    path.add(room);
    int floor = 0;
    for (String below : PLAN.get(room)) {
      floor = Math.max(floor, floor(below, floors, path) + 1);
    }
    path.remove(room);
    floors.put(room, floor);
    return floor;
  }

  private static String room(String packageName) {
    return packageName.substring(ROOT.length());
  }
}

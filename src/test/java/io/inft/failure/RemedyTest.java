package io.inft.failure;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class RemedyTest {
  @Test
  void everyFailureIsClassified() {
    Set<String> failures = new TreeSet<>();
    for (JavaClass found : new ClassFileImporter().importPackages("io.inft.failure")) {
      if (found.isAssignableTo(InftException.class)
          && !found.getModifiers().contains(JavaModifier.ABSTRACT)
          && !found.getName().contains("Test")) {
        failures.add(found.getName());
      }
    }
    Set<String> classified =
        Remedy.classified().stream().map(Class::getName).collect(Collectors.toSet());
    assertThat(classified).isEqualTo(failures).isNotEmpty();
  }

  @Test
  void whatIsNoFailureOfOursNeedsSomebody() {
    assertThat(Remedy.of(new IllegalStateException("a bug"))).isEqualTo(Remedy.ACT);
    assertThat(Remedy.of(new StoreUnavailableException("a", "b", null))).isEqualTo(Remedy.WAIT);
    assertThat(Remedy.of(new ForkException("a", "b", null))).isEqualTo(Remedy.REPEAT);
  }
}

package io.inft.integration;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanClassLoaderAware;
import org.springframework.context.annotation.DeferredImportSelector;
import org.springframework.core.type.AnnotationMetadata;
import org.springframework.util.ClassUtils;

/** Names the stores whose framework is there; they lie in a jar that may be missing. */
final class SpringAgentsImports implements DeferredImportSelector, BeanClassLoaderAware {
  private @Nullable ClassLoader loader;

  SpringAgentsImports() {}

  @Override
  public void setBeanClassLoader(ClassLoader classLoader) {
    this.loader = classLoader;
  }

  @Override
  public String[] selectImports(AnnotationMetadata metadata) {
    List<String> found = new ArrayList<>();
    if (isThere("io.inft.agents.InftSessionRepository")
        && isThere("org.springframework.ai.session.SessionRepository")) {
      found.add("io.inft.agents.SpringSessions");
    }
    if (isThere("io.inft.agents.InftChatMemoryRepository")
        && isThere("org.springframework.ai.chat.memory.ChatMemoryRepository")) {
      found.add("io.inft.agents.SpringChatMemory");
    }
    return found.toArray(new String[0]);
  }

  private boolean isThere(String type) {
    return ClassUtils.isPresent(type, loader);
  }
}

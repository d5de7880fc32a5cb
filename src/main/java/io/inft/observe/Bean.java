package io.inft.observe;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.management.Attribute;
import javax.management.AttributeList;
import javax.management.AttributeNotFoundException;
import javax.management.DynamicMBean;
import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanInfo;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One open database among the beans of this JVM, {@code io.inft:type=Database,network,id}: its
 * figures, and in words why publishing does not go on. It can only be read.
 */
final class Bean implements DynamicMBean {
  private static final Logger LOG = LoggerFactory.getLogger(Bean.class);
  private static final String FAILURE = "Failure";
  private static final String COUNT = "Count";

  private final Observed of;
  private final ObjectName name;

  private Bean(Observed of, ObjectName name) {
    this.of = of;
    this.name = name;
  }

  /** Registers it; loaded by two class loaders, the second has a number. */
  static @Nullable Bean of(Observed of) {
    try {
      for (int i = 1; ; i++) {
        ObjectName name = name(of, i);
        if (!ManagementFactory.getPlatformMBeanServer().isRegistered(name)) {
          Bean bean = new Bean(of, name);
          ManagementFactory.getPlatformMBeanServer().registerMBean(bean, name);
          return bean;
        }
      }
    } catch (JMException e) {
      LOG.debug("'{}' has no bean", of.id(), e);
      return null;
    }
  }

  private static ObjectName name(Observed of, int number) throws JMException {
    return new ObjectName(
        "io.inft:type=Database,network="
            + ObjectName.quote(of.network())
            + ",id="
            + ObjectName.quote(of.id())
            + (number == 1 ? "" : ",number=" + number));
  }

  void remove() {
    try {
      ManagementFactory.getPlatformMBeanServer().unregisterMBean(name);
    } catch (JMException e) {
      LOG.debug("{} was gone before", name, e);
    }
  }

  /** {@code inft.open.failures} is OpenFailures, and seconds and bytes say that they are that. */
  static String attribute(Figure figure) {
    StringBuilder text = new StringBuilder();
    for (String word : (figure.meter() + "." + figure.unit()).split("\\.", -1)) {
      if (!word.isEmpty() && !word.equals("inft")) {
        text.append(word.substring(0, 1).toUpperCase(Locale.ROOT)).append(word.substring(1));
      }
    }
    return text.toString();
  }

  private static String count(Figure figure) {
    return attribute(figure).replace("Seconds", COUNT);
  }

  @Override
  public Object getAttribute(String wanted) throws AttributeNotFoundException {
    if (wanted.equals(FAILURE)) {
      return of.standing().flatMap(Standing::failure).orElse("");
    }
    for (Figure figure : Figure.values()) {
      if (wanted.equals(attribute(figure))) {
        return figure.value(of);
      }
      if (figure.kind() == Figure.Kind.TIMER && wanted.equals(count(figure))) {
        return figure.count(of);
      }
    }
    throw new AttributeNotFoundException("no attribute '" + wanted + "'");
  }

  @Override
  public AttributeList getAttributes(String[] wanted) {
    AttributeList found = new AttributeList();
    for (String one : wanted) {
      value(one).ifPresent(value -> found.add(new Attribute(one, value)));
    }
    return found;
  }

  private Optional<Object> value(String wanted) {
    try {
      return Optional.of(getAttribute(wanted));
    } catch (AttributeNotFoundException e) {
      LOG.debug("asked for what is not there", e);
      return Optional.empty();
    }
  }

  @Override
  public MBeanInfo getMBeanInfo() {
    List<MBeanAttributeInfo> attributes = new ArrayList<>();
    for (Figure figure : Figure.values()) {
      attributes.add(readable(attribute(figure), "double", figure.sentence()));
      if (figure.kind() == Figure.Kind.TIMER) {
        attributes.add(readable(count(figure), "long", figure.sentence() + ": how many"));
      }
    }
    attributes.add(
        readable(
            FAILURE, "java.lang.String", "What publishing failed with last; empty if it goes on"));
    return new MBeanInfo(
        Bean.class.getName(),
        "A database of jdbc:inft that is open",
        attributes.toArray(MBeanAttributeInfo[]::new),
        null,
        null,
        null);
  }

  private static MBeanAttributeInfo readable(String name, String type, String sentence) {
    return new MBeanAttributeInfo(name, type, sentence, true, false, false);
  }

  @Override
  public void setAttribute(Attribute attribute) throws AttributeNotFoundException {
    throw new AttributeNotFoundException(attribute.getName() + " can only be read");
  }

  @Override
  public AttributeList setAttributes(AttributeList attributes) {
    return new AttributeList();
  }

  @Override
  public Object invoke(String action, Object[] parameters, String[] signature) {
    throw new UnsupportedOperationException("a database has no operations here: " + action);
  }
}

package io.inft.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.processor.idempotent.jdbc.JdbcMessageIdRepository;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Camel's SQL component: rows are consumed once, messages are known on the next machine. */
class CamelTest {
  private static final String URL = "jdbc:inft:camel";

  @RegisterExtension final Machines machines = new Machines();

  private final Queue<Object> consumed = new ConcurrentLinkedQueue<>();
  private final Queue<Object> taken = new ConcurrentLinkedQueue<>();

  @Test
  void rowsAreConsumedOnceAndTheIdempotentRepositoryRemembers() throws Exception {
    try (HikariDataSource pool = Jobs.pool(URL)) {
      Jobs.run(pool, "create table orders(id integer primary key, done boolean default 0)");
      try (CamelContext camel = start(pool)) {
        camel.createProducerTemplate().sendBody("direct:order", 1);
        camel.createProducerTemplate().sendBodyAndHeader("direct:once", "a", "key", "k1");
        Jobs.await("the row is consumed", () -> consumed.size() == 1);
      }
    }
    machines.lose();

    try (HikariDataSource pool = Jobs.pool(URL)) {
      try (CamelContext camel = start(pool)) {
        camel.createProducerTemplate().sendBody("direct:order", 2);
        camel.createProducerTemplate().sendBodyAndHeader("direct:once", "a", "key", "k1");
        camel.createProducerTemplate().sendBodyAndHeader("direct:once", "b", "key", "k2");
        Jobs.await("the new row is consumed", () -> consumed.size() == 2);
      }
    }
    assertThat(consumed).containsExactly(1, 2);
    assertThat(taken).containsExactly("a", "b");
    assertThat(machines.query(URL, "select count(*) from orders where done")).containsExactly(2);
  }

  private CamelContext start(HikariDataSource pool) throws Exception {
    CamelContext camel = new DefaultCamelContext();
    camel.getRegistry().bind("inft", pool);
    JdbcMessageIdRepository known = new JdbcMessageIdRepository(pool, "once");
    camel.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("direct:order")
                .to("sql:insert into orders(id) values (:#${body})?dataSource=#inft");
            from("sql:select id from orders where not done?dataSource=#inft&delay=50"
                    + "&onConsume=update orders set done = 1 where id = :#id")
                .process(exchange -> consumed.add(exchange.getIn().getBody(Map.class).get("id")));
            from("direct:once")
                .idempotentConsumer(header("key"), known)
                .process(exchange -> taken.add(exchange.getIn().getBody()));
          }
        });
    camel.start();
    return camel;
  }
}

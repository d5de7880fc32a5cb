package io.inft.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jooq.codegen.GenerationTool;
import org.jooq.meta.jaxb.Configuration;
import org.jooq.meta.jaxb.Database;
import org.jooq.meta.jaxb.Generator;
import org.jooq.meta.jaxb.Jdbc;
import org.jooq.meta.jaxb.Target;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** jOOQ's code generator, against the schema of a database. */
class JooqCodegenTest {
  private static final String URL = "jdbc:inft:sqlite:generated";

  @RegisterExtension final Machines machines = new Machines();

  @Test
  void generatesFromTheAliasWithTheDriverNamed() throws Exception {
    machines.execute(URL, "create table author(id integer primary key, name text not null)");

    new GenerationTool()
        .run(
            new Configuration()
                .withJdbc(new Jdbc().withDriver("io.inft.jdbc.InftDriver").withUrl(URL))
                .withGenerator(
                    new Generator()
                        .withDatabase(
                            new Database().withName("org.jooq.meta.sqlite.SQLiteDatabase"))
                        .withTarget(
                            new Target()
                                .withPackageName("made")
                                .withDirectory(machines.folder().resolve("src").toString()))));

    assertThat(names(machines.folder().resolve("src")))
        .contains("Author.java", "AuthorRecord.java");
  }

  private static List<String> names(Path folder) throws Exception {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}

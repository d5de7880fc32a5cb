package io.inft.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Properties;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Options;
import org.apache.ibatis.annotations.Result;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.annotations.Update;
import org.apache.ibatis.datasource.pooled.PooledDataSource;
import org.apache.ibatis.mapping.Environment;
import org.apache.ibatis.mapping.VendorDatabaseIdProvider;
import org.apache.ibatis.session.Configuration;
import org.apache.ibatis.session.ExecutorType;
import org.apache.ibatis.session.SqlSession;
import org.apache.ibatis.session.SqlSessionFactory;
import org.apache.ibatis.session.SqlSessionFactoryBuilder;
import org.apache.ibatis.transaction.jdbc.JdbcTransactionFactory;
import org.apache.ibatis.type.ByteArrayTypeHandler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class MyBatisTest {
  @RegisterExtension final Machines machines = new Machines();

  public static final class Thought {
    public long id;
    public String text;
    public byte[] picture;
    public int version;
  }

  public interface Thoughts {
    @Update(
        "create table thought(id integer primary key, text text, picture blob,"
            + " version int not null default 0)")
    void create();

    @Insert("insert into thought(text, picture) values (#{text}, #{picture})")
    @Options(useGeneratedKeys = true, keyProperty = "id")
    int add(Thought thought);

    /** sqlite-jdbc has no getBlob, which MyBatis would use for a column that is called a BLOB. */
    @Result(property = "picture", column = "picture", typeHandler = ByteArrayTypeHandler.class)
    @Select("select * from thought order by id")
    List<Thought> all();

    @Select(value = "select 'it is SQLite'", databaseId = "sqlite")
    String vendor();

    @Update(
        "update thought set text = #{text}, version = version + 1"
            + " where id = #{id} and version = #{version}")
    int change(Thought thought);
  }

  private static PooledDataSource source() {
    return new PooledDataSource("io.inft.jdbc.InftDriver", "jdbc:inft:mybatis", null, null);
  }

  private static SqlSessionFactory factory(PooledDataSource source) throws Exception {
    Configuration configuration =
        new Configuration(new Environment("test", new JdbcTransactionFactory(), source));
    VendorDatabaseIdProvider vendors = new VendorDatabaseIdProvider();
    Properties names = new Properties();
    names.setProperty("SQLite", "sqlite");
    vendors.setProperties(names);
    configuration.setDatabaseId(vendors.getDatabaseId(source));
    configuration.addMapper(Thoughts.class);
    return new SqlSessionFactoryBuilder().build(configuration);
  }

  @Test
  void keysBatchesAndVersionsAndAnotherMachineReads() throws Exception {
    PooledDataSource source = source();
    SqlSessionFactory factory = factory(source);
    byte[] picture = new byte[300_000];
    picture[7] = 7;
    try (SqlSession session = factory.openSession()) {
      Thoughts thoughts = session.getMapper(Thoughts.class);
      thoughts.create();
      Thought first = new Thought();
      first.text = "first";
      first.picture = picture;
      thoughts.add(first);
      assertThat(first.id).isEqualTo(1);
      assertThat(thoughts.vendor()).isEqualTo("it is SQLite");
      first.text = "first, changed";
      assertThat(thoughts.change(first)).isEqualTo(1);
      assertThat(thoughts.change(first)).as("an outdated version").isZero();
      session.commit();
      first.text = "never committed";
      first.version = 1;
      assertThat(thoughts.change(first)).isEqualTo(1);
      session.rollback();
    }
    try (SqlSession session = factory.openSession(ExecutorType.BATCH)) {
      Thoughts thoughts = session.getMapper(Thoughts.class);
      for (int i = 0; i < 200; i++) {
        Thought thought = new Thought();
        thought.text = "batch " + i;
        thoughts.add(thought);
      }
      session.commit();
    }
    source.forceCloseAll();
    machines.lose();

    PooledDataSource there = source();
    try (SqlSession session = factory(there).openSession()) {
      List<Thought> all = session.getMapper(Thoughts.class).all();
      assertThat(all).hasSize(201);
      assertThat(all.get(0).text).isEqualTo("first, changed");
      assertThat(all.get(0).picture).isEqualTo(picture);
      assertThat(all.get(200).text).isEqualTo("batch 199");
    }
    there.forceCloseAll();
  }
}

package io.inft.integration;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.Collection;
import java.util.List;
import org.springframework.core.convert.converter.Converter;
import org.springframework.data.convert.ReadingConverter;
import org.springframework.data.jdbc.core.dialect.JdbcDialect;
import org.springframework.data.relational.core.dialect.AbstractDialect;
import org.springframework.data.relational.core.dialect.IdGeneration;
import org.springframework.data.relational.core.dialect.LimitClause;
import org.springframework.data.relational.core.dialect.LockClause;
import org.springframework.data.relational.core.sql.IdentifierProcessing;
import org.springframework.data.relational.core.sql.LockOptions;

/** SQLite's SQL as Spring Data JDBC 3.5 and 4 ask for it. */
final class SpringDataDialect extends AbstractDialect implements JdbcDialect {
  @Override
  public LimitClause limit() {
    return new LimitClause() {
      @Override
      public String getLimit(long limit) {
        return "LIMIT " + limit;
      }

      /** SQLite has no OFFSET without LIMIT; a negative limit is none. */
      @Override
      public String getOffset(long offset) {
        return "LIMIT -1 OFFSET " + offset;
      }

      @Override
      public String getLimitOffset(long limit, long offset) {
        return "LIMIT " + limit + " OFFSET " + offset;
      }

      @Override
      public LimitClause.Position getClausePosition() {
        return LimitClause.Position.AFTER_ORDER_BY;
      }
    };
  }

  /** SQLite locks no rows: {@code transaction_mode=IMMEDIATE} is the lock. */
  @Override
  public LockClause lock() {
    return new LockClause() {
      @Override
      public String getLock(LockOptions options) {
        return "";
      }

      @Override
      public LockClause.Position getClausePosition() {
        return LockClause.Position.AFTER_ORDER_BY;
      }
    };
  }

  /** Quoted, and in the case in which they were written. */
  @Override
  public IdentifierProcessing getIdentifierProcessing() {
    return new IdentifierProcessing() {
      @Override
      public String quote(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
      }

      @Override
      public String standardizeLetterCase(String identifier) {
        return identifier;
      }
    };
  }

  /** After a batch SQLite tells only the last key. */
  @Override
  public IdGeneration getIdGeneration() {
    return new IdGeneration() {
      @Override
      public boolean supportedForBatchOperations() {
        return false;
      }

      @Override
      public boolean sequencesSupported() {
        return false;
      }
    };
  }

  /** SQLite stores booleans and times as numbers, and sqlite-jdbc's times as milliseconds. */
  @Override
  public Collection<Object> getConverters() {
    return List.of(
        NumberToBoolean.INSTANCE, MillisToLocalDateTime.INSTANCE, MillisToInstant.INSTANCE);
  }

  @ReadingConverter
  enum NumberToBoolean implements Converter<Number, Boolean> {
    INSTANCE;

    @Override
    public Boolean convert(Number number) {
      return number.longValue() != 0;
    }
  }

  @ReadingConverter
  enum MillisToLocalDateTime implements Converter<Long, LocalDateTime> {
    INSTANCE;

    @Override
    public LocalDateTime convert(Long millis) {
      return LocalDateTime.ofInstant(Instant.ofEpochMilli(millis), ZoneId.systemDefault());
    }
  }

  @ReadingConverter
  enum MillisToInstant implements Converter<Long, Instant> {
    INSTANCE;

    @Override
    public Instant convert(Long millis) {
      return Instant.ofEpochMilli(millis);
    }
  }
}

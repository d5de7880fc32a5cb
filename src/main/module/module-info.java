/**
 * The driver on the module path: an application requires this module and {@code java.sql}. It is
 * open, as on the class path, so that frameworks reach what they find by name; only the classes of
 * others that it carries are its own.
 */
@SuppressWarnings({"requires-automatic", "module"}) // the frameworks have no descriptors
open module io.inft.jdbc {
  requires transitive java.sql;
  requires java.net.http;
  requires com.fasterxml.jackson.databind;
  requires com.github.benmanes.caffeine;
  requires com.github.luben.zstd_jni;
  requires org.bouncycastle.provider;
  requires org.slf4j;
  requires org.xerial.sqlitejdbc;
  requires static org.jspecify;

  // Only where the application brings them. Flyway and Liquibase are not among them: they find a
  // plug-in as a service, and a module that provides one does not start where they are missing.
  requires static com.sun.jna;
  requires static com.zaxxer.hikari;
  requires static java.management;
  requires static jdk.jfr;
  requires static micrometer.core;
  requires static spring.beans;
  requires static spring.boot;
  requires static spring.boot.actuator;
  requires static spring.boot.autoconfigure;
  requires static spring.boot.health;
  requires static spring.context;
  requires static spring.core;
  requires static spring.data.commons;
  requires static spring.data.jdbc;
  requires static spring.data.relational;
  requires static spring.jdbc;

  exports io.inft.api;
  exports io.inft.bytes;
  exports io.inft.capture;
  exports io.inft.commit;
  exports io.inft.custody;
  exports io.inft.diff;
  exports io.inft.evm;
  exports io.inft.failure;
  exports io.inft.handover;
  exports io.inft.integration;
  exports io.inft.jdbc;
  exports io.inft.jdbc.config;
  exports io.inft.jdbc.errors;
  exports io.inft.jdbc.network;
  exports io.inft.jdbc.sql;
  exports io.inft.keystore;
  exports io.inft.lazy;
  exports io.inft.lazy.vfs;
  exports io.inft.observe;
  exports io.inft.pack;
  exports io.inft.pack.state;
  exports io.inft.proof;
  exports io.inft.proof.tables;
  exports io.inft.registry;
  exports io.inft.registry.ledger;
  exports io.inft.registry.onchain;
  exports io.inft.replica;
  exports io.inft.replica.local;
  exports io.inft.replica.proving;
  exports io.inft.replica.publish;
  exports io.inft.replica.publish.policy;
  exports io.inft.replica.publish.version;
  exports io.inft.replica.partial;
  exports io.inft.replica.restore;
  exports io.inft.rpc;
  exports io.inft.seal;
  exports io.inft.seal.cipher;
  exports io.inft.sqlite;
  exports io.inft.store;
  exports io.inft.store.merkle;
  exports io.inft.store.zerog;
  exports io.inft.subjects;
  exports io.inft.upkeep;
  exports io.inft.vectors;

  uses io.inft.jdbc.network.RegistryProvider;
  uses io.inft.jdbc.network.StoreProvider;
  uses io.inft.seal.KeyWrapper;

  provides java.sql.Driver with
      io.inft.jdbc.InftDriver;
}

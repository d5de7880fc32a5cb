/**
 * The few lines that Flyway, Liquibase, Spring and HikariCP need to know this driver by its URL.
 * Each framework finds them by itself; without the framework they are never loaded.
 *
 * <p>Public API.
 */
@NullMarked
package io.inft.integration;

import org.jspecify.annotations.NullMarked;

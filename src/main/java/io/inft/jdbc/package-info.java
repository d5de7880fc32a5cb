/**
 * The JDBC driver: URLs, properties and connections; the only room that makes SQLExceptions, and
 * the one that puts the parts together.
 */
@NullMarked
package io.inft.jdbc;

import org.jspecify.annotations.NullMarked;

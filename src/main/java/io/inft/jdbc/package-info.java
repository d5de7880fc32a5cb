/**
 * The JDBC driver: URLs, properties and connections; the room that puts the parts together.
 * SQLExceptions are made in {@code errors}.
 *
 * <p>Public API.
 */
@NullMarked
package io.inft.jdbc;

import org.jspecify.annotations.NullMarked;

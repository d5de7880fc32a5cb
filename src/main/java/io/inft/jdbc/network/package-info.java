/**
 * From settings to a store and a registry: presets, the embedded network, networks of a user's own.
 *
 * <p>Public API.
 */
@NullMarked
package io.inft.jdbc.network;

import org.jspecify.annotations.NullMarked;

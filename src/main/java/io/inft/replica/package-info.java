/**
 * The engine: which database is open here, its sessions, its life and its end. What it opens,
 * restores and publishes with lies in the rooms below.
 */
@NullMarked
package io.inft.replica;

import org.jspecify.annotations.NullMarked;

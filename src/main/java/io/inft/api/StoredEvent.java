package io.inft.api;

import java.time.Instant;
import java.util.OptionalLong;

/**
 * One event of the application, or a mark in its place: {@code inft.unreadable} where a version
 * could not be read, {@code inft.break} where the log does not continue what stands before. A mark
 * has the number 0, and its JSON says in {@code reason} what is wrong.
 *
 * @param seq its number in the table {@code inft_events}, from 1; 0 for a mark
 * @param time when it was appended
 * @param type what kind of event it is
 * @param json the event itself
 * @param version the version that holds it; empty while it is not published
 */
public record StoredEvent(long seq, Instant time, String type, String json, OptionalLong version) {}

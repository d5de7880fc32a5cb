package io.inft.api;

import java.time.Instant;
import java.util.OptionalLong;

/**
 * One event of the application.
 *
 * @param seq its number in the table {@code inft_events}, from 1
 * @param time when it was appended
 * @param type what kind of event it is
 * @param json the event itself
 * @param version the version that holds it; empty while it is not published
 */
public record StoredEvent(long seq, Instant time, String type, String json, OptionalLong version) {}

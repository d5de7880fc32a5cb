/**
 * A page about one database that anybody can read: one file, no script, nothing fetched. What it
 * shows was written by others, so every word passes {@link io.inft.cli.report.Html}.
 */
@NullMarked
package io.inft.cli.report;

import org.jspecify.annotations.NullMarked;

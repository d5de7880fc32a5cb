/**
 * Opening a database file whose pages are not all here yet: SQLite reads and writes it, and what is
 * missing is brought when it is asked for.
 *
 * <p>Words: the <em>base</em> is the state of the file that pages are brought from; a page is
 * <em>present</em> once the file has it, or something newer; the <em>supplier</em> brings pages of
 * the base, each proved; a <em>span</em> is what comes with one fetch; <em>hydration</em> brings
 * the rest in the background. Only what lies in the base's first pages, up to the <em>limit</em>,
 * can be missing: what SQLite cut off does not come back.
 *
 * <p>Until the file is whole, its first sixteen bytes are not those of a SQLite database, so that
 * nobody who does not come through here takes zeros for content.
 */
@NullMarked
package io.inft.lazy;

import org.jspecify.annotations.NullMarked;

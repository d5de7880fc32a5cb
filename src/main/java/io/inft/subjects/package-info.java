/**
 * Values that can be made unreadable wherever they were published: each <em>subject</em>, a person
 * or whatever they speak of, has a key of its own that stays on this machine. Without it its values
 * are nothing to anybody.
 *
 * <p>Words: a value is <em>sealed</em> under the key of its subject; to <em>forget</em> a subject
 * is to destroy its key.
 */
@NullMarked
package io.inft.subjects;

import org.jspecify.annotations.NullMarked;

/** The guide's client, working: the same things under names that whoever knows the guide finds. */
@NullMarked
package io.inft.api;

import org.jspecify.annotations.NullMarked;

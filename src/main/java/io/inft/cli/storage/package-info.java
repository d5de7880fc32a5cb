/** Commands about single files on 0G Storage. */
@NullMarked
package io.inft.cli.storage;

import org.jspecify.annotations.NullMarked;

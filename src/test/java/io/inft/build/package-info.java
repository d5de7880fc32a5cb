/** Steps of the build around the separate projects under {@code examples} and {@code src/it}. */
package io.inft.build;

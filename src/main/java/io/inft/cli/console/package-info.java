/** What all commands share: options, output as text and JSON, progress, asking before it costs. */
@NullMarked
package io.inft.cli.console;

import org.jspecify.annotations.NullMarked;

/** Commands about the account that signs and pays. */
@NullMarked
package io.inft.cli.account;

import org.jspecify.annotations.NullMarked;

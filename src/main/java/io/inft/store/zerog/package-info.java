/** Objects on 0G Storage: Flow submissions, nodes and indexer, upload and verified download. */
@NullMarked
package io.inft.store.zerog;

import org.jspecify.annotations.NullMarked;

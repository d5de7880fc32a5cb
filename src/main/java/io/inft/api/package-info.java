/**
 * The guide's client, working: the same things under names that whoever knows the guide finds.
 *
 * <p>A <b>desk</b> is this client's own connection to one database. A <b>stored event</b> is the
 * application's, published or waiting; the log's other entries are not shown here. A <b>root
 * standing</b> is where a storage hash that somebody has stands in the verified history.
 *
 * <p>Public API.
 */
@NullMarked
package io.inft.api;

import org.jspecify.annotations.NullMarked;

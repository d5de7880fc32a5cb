/**
 * Sessions, artifacts and memory of agents on Google's ADK, each a service over a DataSource.
 *
 * <p>Public API.
 */
@NullMarked
package io.inft.agents.adk;

import org.jspecify.annotations.NullMarked;

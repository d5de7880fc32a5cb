/**
 * Sessions and chat memories for agents on Spring AI and LangChain4j that keep tool calls, results
 * and media, and a store of embeddings. They lie in the jar with classifier {@code agents}; the
 * framework is the application's own.
 *
 * <p>Public API.
 */
@NullMarked
package io.inft.agents;

import org.jspecify.annotations.NullMarked;

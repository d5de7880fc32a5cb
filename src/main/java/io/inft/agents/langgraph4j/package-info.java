/**
 * Checkpoints of graphs of LangGraph4j, each stored as what it changed.
 *
 * <p>Public API.
 */
@NullMarked
package io.inft.agents.langgraph4j;

import org.jspecify.annotations.NullMarked;

/**
 * What the engine did and how it stands, for those who run it: counted here, one object a database,
 * and read by Micrometer, JMX and the JDK's Flight Recorder. The engine tells; it waits for nobody
 * who listens, and nothing that a listener does reaches it.
 */
@NullMarked
package io.inft.observe;

import org.jspecify.annotations.NullMarked;

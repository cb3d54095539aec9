/**
 * What every line of the log passes: fed by logback, which {@code logback.xml} tells of it; hands on to the appenders.
 * Start reading at {@link io.trunkline.protocol.log.LogLimit}.
 */
@NullMarked
package io.trunkline.protocol.log;

import org.jspecify.annotations.NullMarked;

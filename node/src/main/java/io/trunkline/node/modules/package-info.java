/**
 * What comes with modules and cannot be used: each such thing is left out by itself, and named. Fed by the engine when
 * it asks the modules; hands on to the log and the metrics. Start reading at {@link
 * io.trunkline.node.modules.LeftOuts}.
 */
@NullMarked
package io.trunkline.node.modules;

import org.jspecify.annotations.NullMarked;

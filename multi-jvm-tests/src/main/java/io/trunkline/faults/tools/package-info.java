/**
 * Tools that experiments put on the nodes' class path: they count, remember and speak.
 *
 * <p>Loaded by the nodes as any operator's tools are; knows the nodes' tool interface only. Start reading at {@link
 * io.trunkline.faults.tools.FaultTools}.
 */
@NullMarked
package io.trunkline.faults.tools;

import org.jspecify.annotations.NullMarked;

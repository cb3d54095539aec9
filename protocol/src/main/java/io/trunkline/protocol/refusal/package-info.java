/**
 * The one vocabulary of errors that all layers share: why something was refused or ended, who says so, and what the
 * client is told.
 *
 * <p>Fed by every stage of the path; hands on to the edge, which tells the client. Start reading at
 * {@link io.trunkline.protocol.refusal.Reason}.
 */
@NullMarked
package io.trunkline.protocol.refusal;

import org.jspecify.annotations.NullMarked;

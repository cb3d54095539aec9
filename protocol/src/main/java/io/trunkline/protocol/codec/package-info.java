/**
 * Bytes to frames and back.
 *
 * <p>Fed by a trunk's socket; hands on {@code frame}s to the owner of the trunk. Start reading at
 * {@link io.trunkline.protocol.codec.FrameCodec}, which shows the layout.
 */
@NullMarked
package io.trunkline.protocol.codec;

import org.jspecify.annotations.NullMarked;

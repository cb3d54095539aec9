/**
 * Names that outlive a connection: session ids, the slots they carry, and sets of slots.
 *
 * <p>Fed by both sides of a trunk. Start reading at {@link io.trunkline.protocol.session.SessionId}.
 */
@NullMarked
package io.trunkline.protocol.session;

import org.jspecify.annotations.NullMarked;

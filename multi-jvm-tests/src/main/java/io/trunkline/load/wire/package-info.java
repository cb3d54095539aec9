/**
 * The bytes of the load: how requests are written and what their answers say, for lines and for HTTP.
 *
 * <p>Fed by the connections of {@code client}, which it does not know; hands on to nothing. Start reading at {@link
 * io.trunkline.load.wire.Codec}.
 */
@NullMarked
package io.trunkline.load.wire;

import org.jspecify.annotations.NullMarked;

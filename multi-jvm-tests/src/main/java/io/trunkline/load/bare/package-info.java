/**
 * A server that does the least: what stands behind a rival, so that the rival is what is measured.
 *
 * <p>Fed by the proxy in front of it, hands on nothing. Start reading at {@link io.trunkline.load.bare.BareHttp}.
 */
@NullMarked
package io.trunkline.load.bare;

import org.jspecify.annotations.NullMarked;

/**
 * Stage 7, SESSION: the connection actor that owns one client's state.
 *
 * <p>Fed by {@code trunk} with whole messages, and by cluster sharding, which places and moves it; hands on to
 * {@code mcp} and sends what comes back through an {@link io.trunkline.node.session.Outlet}. Start reading at
 * {@link io.trunkline.node.session.Session}.
 */
@NullMarked
package io.trunkline.node.session;

import org.jspecify.annotations.NullMarked;

/**
 * Stage 1, ACCEPT, for clients that speak HTTP: Streamable HTTP, WebSocket, and the deprecated HTTP with SSE.
 *
 * <p>Fed by client sockets; hands on whole messages to {@code relay}, one for each session. Start reading at
 * {@link io.trunkline.balancer.http.HttpConnection}.
 */
@NullMarked
package io.trunkline.balancer.http;

import org.jspecify.annotations.NullMarked;

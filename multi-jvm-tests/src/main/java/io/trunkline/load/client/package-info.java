/**
 * The connections of one event loop and what drives them.
 *
 * <p>Fed by {@code crew} with a share of the plan, hands on to the sockets, and what comes back to {@code measure}.
 * One {@link io.trunkline.load.client.LoadLoop} owns its connections, its counters and its pace; all of it runs on
 * that event loop and nothing is shared, so nothing is locked. Start reading at {@code LoadLoop}; how a connection is
 * written to and read is known to {@code TcpConnection}, {@code HttpConnection} and {@code wire}.
 */
@NullMarked
package io.trunkline.load.client;

import org.jspecify.annotations.NullMarked;

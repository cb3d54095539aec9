/**
 * The parts of JSON-RPC and MCP that both sides of the trunk read and write: envelopes, ids, error codes, versions.
 *
 * <p>Fed by the edge and by a node's conversations with the bytes of one client message; hands on ranges of those bytes
 * and builds the bytes of answers. No I/O, no configuration, no state. Start reading at {@link
 * io.trunkline.protocol.jsonrpc.EnvelopeReader}.
 */
@NullMarked
package io.trunkline.protocol.jsonrpc;

import org.jspecify.annotations.NullMarked;

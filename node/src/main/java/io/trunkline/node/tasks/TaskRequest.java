package io.trunkline.node.tasks;

import io.trunkline.node.spi.Principal;
import io.trunkline.protocol.session.SessionId;

/**
 * A {@code tasks/*} request as one node passes it on to another.
 *
 * @param id of the task, which the first node has found genuine
 * @param principal on whose behalf
 * @param message the request, JSON-RPC; its arrays are shared, not copied
 */
@SuppressWarnings("ArrayRecordComponent") // Lives for one request, never compared.
public record TaskRequest(String id, Principal principal, byte[] message) {

    /** The slot whose node may take the task over. */
    public int slot() {
        return SessionId.prefixSlot(id);
    }
}

package io.trunkline.node.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.trunkline.node.mcp.call.Outcome;
import io.trunkline.node.mcp.kit.Speaker;
import io.trunkline.node.memory.NodeMemory;
import io.trunkline.protocol.jsonrpc.Envelope;
import io.trunkline.protocol.refusal.Reason;
import io.trunkline.protocol.refusal.Refusal;
import io.trunkline.protocol.refusal.Refusal.Executed;

/**
 * The end of a message that arrived by itself.
 *
 * @param heard whether the client was told something that belongs to it, before it came here
 * @param afterLoss whether a node that had it before was lost
 */
record MessageEnd(NodeMemory memory, Peer peer, Speaker speaker, int number, boolean heard, boolean afterLoss)
        implements Outcome {

    @Override
    public void answer(byte[] message) {
        if (!speaker.isClosed()) {
            peer.send(message, number);
        }
    }

    @Override
    public void none() {
        if (!speaker.isClosed()) {
            peer.done(number);
        }
    }

    @Override
    public boolean hasRoom(int bytes) {
        return memory.hasRoom(bytes);
    }

    @Override
    public byte[] noRoom(Envelope request) {
        memory.shed("answer");
        return new Refusal(Reason.OVERLOADED, "the node has no memory left for the answer")
                .toJsonRpc(new String(request.id(), UTF_8), peer.session().node(), Executed.UNKNOWN);
    }
}

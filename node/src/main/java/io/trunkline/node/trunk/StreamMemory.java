package io.trunkline.node.trunk;

import io.trunkline.protocol.memory.Held;

/** The bytes that one client makes this node hold. On the event loop of its trunk. */
final class StreamMemory {

    /** Bytes from which on a whole message is counted: small ones are bounded by the window. */
    private static final int COUNTED = 4096;

    private final NodeTrunk trunk;
    private final NodeStream stream;
    private final Held held;

    StreamMemory(NodeTrunk trunk, NodeStream stream) {
        this.trunk = trunk;
        this.stream = stream;
        this.held = trunk.memory().account();
    }

    /** What a whole message counts until the session has dealt with it. */
    static int counted(int length) {
        return length < COUNTED ? 0 : length;
    }

    long bytes() {
        return held.bytes();
    }

    /** Holds so many bytes more of an incomplete message, or fewer; false when there is no room. */
    boolean holdPartial(int bytes) {
        if ((bytes > 0 && !trunk.memory().process().hasRoom(bytes)) || !trunk.holdPartial(bytes)) {
            return false;
        }
        hold(bytes);
        return true;
    }

    /** Holds so many bytes more, or fewer. */
    void hold(long more) {
        if (more != 0) {
            long before = held.bytes();
            held.take(more);
            trunk.memory().weigh(stream, before, before + more);
        }
    }
}

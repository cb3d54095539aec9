package io.trunkline.node.trunk;

import io.trunkline.node.memory.NodeMemory;
import io.trunkline.protocol.memory.Held;
import io.trunkline.protocol.memory.MemoryBudget.Level;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the clients of one trunk hold of the node's memory, and what is done when it becomes scarce: from 70 % on those
 * that hold much and do not read are granted nothing more, from 85 % on none that holds much, and from 95 % on the
 * heaviest are told {@code overloaded} and ended. Belongs to the trunk's event loop.
 */
final class TrunkMemory {
    /**
     * Looks during which memory may be scarce before the heaviest is ended: what it holds may be what others wait for.
     */
    private static final int PATIENCE = 20;

    private final NodeMemory memory;
    /** What waits in the channel, as it was at the last look; it is not counted for single streams. */
    private final Held channel;

    private final Set<NodeStream> heavy = new LinkedHashSet<>();
    private int scarceLooks;
    private boolean shedding;

    TrunkMemory(NodeMemory memory) {
        this.memory = memory;
        this.channel = account();
    }

    /** An account of nothing. */
    Held account() {
        return new Held(memory.budget());
    }

    /** The memory of the process. */
    NodeMemory process() {
        return memory;
    }

    /** The trunk is gone, and what waited in its channel. */
    void close() {
        channel.clear();
    }

    /** A stream holds more or less than before. */
    void weigh(NodeStream stream, long before, long now) {
        boolean was = before > NodeMemory.LIGHT;
        boolean is = now > NodeMemory.LIGHT;
        if (was || is) {
            memory.weigh(was ? before : 0, is ? now : 0);
        }
        if (is && !was) {
            heavy.add(stream);
        } else if (was && !is) {
            heavy.remove(stream);
            stream.grant();
        }
    }

    /** Something was added: makes room if there is none left. May end the stream that it was added to. */
    void relieve() {
        if (memory.budget().level() == Level.EXHAUSTED) {
            shed();
        }
    }

    /** Whether this stream is granted nothing now. */
    boolean holdsBack(NodeStream stream) {
        if (!heavy.contains(stream)) {
            return false;
        }
        Level level = memory.budget().level();
        return level.compareTo(Level.SCARCE) >= 0 || (level == Level.TIGHT && stream.waits());
    }

    /**
     * Looks at the level once in a while.
     *
     * @param pending bytes that wait in the trunk's channel
     */
    void look(long pending) {
        channel.take(pending - channel.bytes());
        relieve();
        Level level = memory.budget().level();
        scarceLooks = level.compareTo(Level.SCARCE) < 0 || heavy.isEmpty() ? 0 : scarceLooks + 1;
        if (scarceLooks > PATIENCE) {
            scarceLooks = 0;
            end(heaviest(), "stuck");
        }
        for (NodeStream stream : Set.copyOf(heavy)) {
            stream.grant();
        }
    }

    private void shed() {
        if (shedding) {
            return;
        }
        shedding = true;
        try {
            while (memory.budget().level() == Level.EXHAUSTED && end(heaviest(), "heaviest")) {
                // Until there is room, or until the heaviest streams of the node are on other trunks.
            }
        } finally {
            shedding = false;
        }
    }

    private @Nullable NodeStream heaviest() {
        NodeStream most = null;
        for (NodeStream next : heavy) {
            if (most == null || next.held() > most.held()) {
                most = next;
            }
        }
        return most;
    }

    private boolean end(@Nullable NodeStream stream, String why) {
        if (stream == null || !memory.isAmongHeaviest(stream.held())) {
            return false;
        }
        memory.shed(why);
        stream.overloaded("the node has no memory left for " + stream.held() + " bytes");
        return !heavy.contains(stream);
    }
}

package io.trunkline.node.trunk;

import io.trunkline.protocol.trunk.TrunkWriter;
import java.util.concurrent.atomic.AtomicInteger;

/** The order of the calls to a stream: those of other threads go to the event loop, and no later one overtakes them. */
final class LoopOrder {

    private final TrunkWriter writer;
    private final AtomicInteger hops = new AtomicInteger();

    LoopOrder(TrunkWriter writer) {
        this.writer = writer;
    }

    /** Whether a call may take effect at once: it is on the event loop, and none waits there. */
    boolean isNow() {
        return writer.inLoop() && hops.get() == 0;
    }

    void run(Runnable call) {
        if (isNow()) {
            call.run();
        } else {
            later(call);
        }
    }

    void later(Runnable call) {
        hops.incrementAndGet();
        writer.execute(() -> {
            hops.decrementAndGet();
            call.run();
        });
    }
}

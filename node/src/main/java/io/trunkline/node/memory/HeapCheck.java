package io.trunkline.node.memory;

import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks whether the heap is full, after an allocation on it has failed. A call that asked for more than there is costs
 * no one but itself; a heap that stays full costs everybody, and then the process ends and its sessions go to other
 * nodes.
 */
@FunctionalInterface
public interface HeapCheck {
    /** Looks at nothing. */
    HeapCheck NONE = () -> {};

    /** The exit status of a JVM that ends for want of memory. */
    int OUT_OF_MEMORY = 3;

    /** Of the heap, in percent, that is still used after a collection when it is full. */
    int FULL = 90;

    /** Looks, in the background. Usable from any thread. */
    void run();

    /** Ends the process when the heap is full after a collection. */
    static HeapCheck endsProcess() {
        AtomicBoolean looking = new AtomicBoolean();
        Logger log = LoggerFactory.getLogger("io.trunkline.node.memory");
        return () -> {
            if (!looking.compareAndSet(false, true)) {
                return;
            }
            Thread look = new Thread(
                    () -> {
                        System.gc();
                        Runtime runtime = Runtime.getRuntime();
                        long used = runtime.totalMemory() - runtime.freeMemory();
                        if (used > runtime.maxMemory() / 100 * FULL) {
                            log.error("memory.full heap={} used={}: the process ends", runtime.maxMemory(), used);
                            runtime.halt(OUT_OF_MEMORY);
                        }
                        looking.set(false);
                    },
                    "trunkline-heap-check");
            look.setDaemon(true);
            look.start();
        };
    }

    /** Whether the memory that was asked for lies outside the heap. */
    static boolean isDirect(OutOfMemoryError cause) {
        String message = String.valueOf(cause.getMessage());
        // Netty's own limit, and the JVM's.
        return message.contains("direct memory")
                || message.contains("Direct buffer")
                || message.contains("direct buffer");
    }
}

package io.trunkline.protocol.member;

import ch.qos.logback.classic.LoggerContext;
import java.util.function.IntSupplier;
import org.slf4j.LoggerFactory;

/**
 * How a member's JVM ends.
 *
 * <pre>
 *   0   a signal or a leave, everything shut down in time
 *   1   the cluster cannot be joined with this configuration, or the shutdown passed its deadline
 * </pre>
 *
 * <p>A JVM that gets SIGTERM would end with 143 even after a clean drain; therefore the shutdown hook here waits
 * for the drain and halts with the status that is true.
 */
final class ProcessEnd {

    static final int CLEAN = 0;
    static final int FAILED = 1;

    private ProcessEnd() {}

    /** Drains with {@code drain} when the JVM is to end, and halts with the status that it returns. */
    static void onSignal(IntSupplier drain) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> halt(drain.getAsInt()), "trunkline-shutdown"));
    }

    private static void halt(int status) {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext logback) {
            logback.stop();
        }
        Runtime.getRuntime().halt(status);
    }
}

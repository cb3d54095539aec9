package io.trunkline.protocol.member;

import ch.qos.logback.classic.LoggerContext;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorSystem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a member's JVM ends.
 *
 * <pre>
 *   0   a signal or a leave, everything shut down in time
 *   1   downed by the cluster, or the shutdown passed its deadline
 * </pre>
 *
 * <p>A JVM that gets SIGTERM would end with 143 even after a clean drain; therefore the shutdown hook here waits
 * for the drain and halts with the status that is true.
 */
final class ProcessEnd {

    static final int CLEAN = 0;
    static final int FAILED = 1;

    private static final Logger LOG = LoggerFactory.getLogger(ProcessEnd.class);

    private ProcessEnd() {}

    static void tie(ActorSystem<?> system, Duration deadline) {
        CoordinatedShutdown shutdown = CoordinatedShutdown.get(system);
        Thread hook = new Thread(() -> halt(drain(shutdown, deadline)), "trunkline-shutdown");
        Runtime.getRuntime().addShutdownHook(hook);
        // From a thread of its own: exit waits for the hooks, and the hooks wait for the system's threads.
        system.getWhenTerminated().whenComplete((done, failure) -> new Thread(() -> System.exit(CLEAN)).start());
    }

    private static int drain(CoordinatedShutdown shutdown, Duration deadline) {
        try {
            shutdown.runAll(CoordinatedShutdown.jvmExitReason())
                    .toCompletableFuture()
                    .get(deadline.toMillis(), TimeUnit.MILLISECONDS);
            CoordinatedShutdown.Reason reason =
                    shutdown.getShutdownReason().orElse(CoordinatedShutdown.unknownReason());
            if (reason == CoordinatedShutdown.incompatibleConfigurationDetectedReason()) {
                LOG.error(
                        "member.refused detail=\"{} (TRUNKLINE_SLOTS) is not what the cluster has; the member that was"
                                + " asked logged both values\"",
                        SharedSettings.SLOTS);
            }
            return isFailure(reason) ? FAILED : CLEAN;
        } catch (TimeoutException e) {
            LOG.error("member.shutdown failed=\"not finished after {} s\"", deadline.toSeconds());
            return FAILED;
        } catch (ExecutionException e) {
            LOG.error("member.shutdown failed=\"{}\"", String.valueOf(e.getCause()));
            return FAILED;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return FAILED;
        }
    }

    private static boolean isFailure(CoordinatedShutdown.Reason reason) {
        return reason == CoordinatedShutdown.clusterDowningReason()
                || reason == CoordinatedShutdown.clusterJoinUnsuccessfulReason()
                || reason == CoordinatedShutdown.incompatibleConfigurationDetectedReason();
    }

    private static void halt(int status) {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext logback) {
            logback.stop();
        }
        Runtime.getRuntime().halt(status);
    }
}

package io.trunkline.protocol.member;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.Done;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.PoisonPill;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of Artery's streams, by force when they do not end by themselves.
 *
 * <p>An actor system ends when Artery's streams have, and Artery lets go of its port only then. Over TLS one of them
 * may stay for ever, with its connection (seen once in 36 ends); why is not shown, a close_notify that does not come is
 * likely. Pekko 1.7 waits for the streams without a bound ({@code ArteryTransport.internalShutdown}); Pekko 2.0 has
 * one.
 */
final class ArteryEnd {
    private static final Logger LOG = LoggerFactory.getLogger(ArteryEnd.class);

    /**
     * What streams that end take, and a busy machine's share; what they had to say has been said in the first second.
     */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    /** Each owns the streams of one materializer, and takes them along. */
    private static final String SUPERVISORS = "/system/Materializers/*";

    private ArteryEnd() {}

    /** Sees to it that this actor system ends soon after it has been told to. */
    static void bound(ActorSystem<?> system) {
        CoordinatedShutdown.get(system).addTask(CoordinatedShutdown.PhaseActorSystemTerminate(), "artery-ends", () -> {
            // Not with the system's own scheduler, which ends with it.
            CompletableFuture.delayedExecutor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                    .execute(() -> force(system));
            return CompletableFuture.completedFuture(Done.getInstance());
        });
    }

    private static void force(ActorSystem<?> system) {
        if (!system.getWhenTerminated().toCompletableFuture().isDone()) {
            LOG.warn(
                    "member.streams_ended detail=\"Artery's streams have not ended after {} s\"", PATIENCE.toSeconds());
            var classic = Adapter.toClassic(system);
            classic.actorSelection(SUPERVISORS).tell(PoisonPill.getInstance(), classic.deadLetters());
        }
    }
}

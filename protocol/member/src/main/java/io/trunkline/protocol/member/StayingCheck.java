package io.trunkline.protocol.member;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.CoordinatedShutdown;

/**
 * The part of the management's {@code /ready} that fails as soon as a member has begun to leave: while it drains it is
 * still up in the membership. Made by Pekko, see {@code trunkline-system.conf}.
 */
public final class StayingCheck implements Supplier<CompletionStage<Boolean>> {
    private final CoordinatedShutdown shutdown;

    /** The check of one member. */
    public StayingCheck(ActorSystem system) {
        this.shutdown = CoordinatedShutdown.get(system);
    }

    @Override
    public CompletionStage<Boolean> get() {
        // A failure, because its text is part of the answer.
        return shutdown.getShutdownReason().isEmpty()
                ? CompletableFuture.completedFuture(true)
                : CompletableFuture.failedFuture(new IllegalStateException("the member is about to leave"));
    }
}

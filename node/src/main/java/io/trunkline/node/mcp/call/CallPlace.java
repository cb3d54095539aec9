package io.trunkline.node.mcp.call;

import io.trunkline.node.mcp.kit.Speaker;
import io.trunkline.node.mcp.state.SessionBook;
import org.jspecify.annotations.Nullable;

/** Where the calls of one session run: the way to its client, its state, and the calls that have not ended. */
public final class CallPlace {

    private final CallEnvironment environment;
    private final Speaker speaker;
    private final SessionBook book;
    private final InFlight<?> inFlight;
    private volatile @Nullable ClientRequests clientRequests;

    public CallPlace(CallEnvironment environment, Speaker speaker, SessionBook book, InFlight<?> inFlight) {
        this.environment = environment;
        this.speaker = speaker;
        this.book = book;
        this.inFlight = inFlight;
    }

    CallEnvironment environment() {
        return environment;
    }

    public Speaker speaker() {
        return speaker;
    }

    SessionBook book() {
        return book;
    }

    public InFlight<?> inFlight() {
        return inFlight;
    }

    /** What the client is asked. Usable from any thread. */
    public synchronized ClientRequests clientRequests() {
        ClientRequests asked = clientRequests;
        if (asked == null) {
            asked = new ClientRequests(environment, speaker);
            clientRequests = asked;
        }
        return asked;
    }

    /** The same if the client was ever asked something, otherwise null. Usable from any thread. */
    public @Nullable ClientRequests askedSoFar() {
        return clientRequests;
    }
}

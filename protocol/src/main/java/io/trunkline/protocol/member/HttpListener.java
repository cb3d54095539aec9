package io.trunkline.protocol.member;

import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.ServerBinding;
import org.apache.pekko.http.javadsl.model.HttpRequest;

/**
 * Binds pages to a port. They stay while the member drains, so that one can watch it, and end before it leaves the
 * cluster.
 */
public final class HttpListener {

    private static final Duration DRAIN = Duration.ofSeconds(2);

    private HttpListener() {}

    /**
     * Serves {@code pages} with the deadlines and limits of {@code pekko.http.server}.
     *
     * @param what name of the listener, for errors
     * @param address where to bind; port 0 lets the system choose
     * @param setting environment variable that moves it, for errors
     * @return the bound address, or a {@link StartException}
     */
    public static CompletionStage<HostPort> bind(
            ActorSystem<?> system, String what, HostPort address, String setting, HttpPages pages) {
        return Http.get(system)
                .newServerAt(address.host(), address.port())
                .bind((HttpRequest request) -> {
                    request.discardEntityBytes(system);
                    return pages.answer(request);
                })
                .handle((binding, failure) -> {
                    if (failure != null) {
                        throw new CompletionException(
                                StartException.notBound(what, address.toString(), setting, failure));
                    }
                    return stoppedBySystem(system, what, binding, address.host());
                });
    }

    private static HostPort stoppedBySystem(ActorSystem<?> system, String what, ServerBinding binding, String host) {
        CoordinatedShutdown.get(system)
                .addTask(
                        CoordinatedShutdown.PhaseBeforeClusterShutdown(),
                        "unbind-" + what,
                        () -> binding.terminate(DRAIN).thenApply(terminated -> Done.getInstance()));
        return new HostPort(host, binding.localAddress().getPort());
    }
}

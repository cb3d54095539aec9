package io.trunkline.protocol.member;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.ServerBinding;
import org.apache.pekko.http.javadsl.model.HttpRequest;

/** Binds pages to a port, and unbinds them when the member shuts down. */
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
                    return stoppedBySystem(system, binding, address.host());
                });
    }

    private static HostPort stoppedBySystem(ActorSystem<?> system, ServerBinding binding, String host) {
        binding.addToCoordinatedShutdown(DRAIN, system);
        InetSocketAddress bound = binding.localAddress();
        return new HostPort(host, bound.getPort());
    }
}

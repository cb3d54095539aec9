package io.trunkline.protocol.member;

import io.trunkline.protocol.pages.HostCheck;
import io.trunkline.protocol.pages.HttpPages;
import io.trunkline.protocol.pages.PageServer;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.Done;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/**
 * Binds pages to a port. They stay while the member drains, so that one can watch it, and end before it leaves the
 * cluster.
 */
public final class HttpListener {

    private HttpListener() {}

    /**
     * Serves {@code pages} from a {@link PageServer}, for the hosts that the member is known by.
     *
     * @param what name of the listener, for errors
     * @param address where to bind; port 0 lets the system choose
     * @param setting environment variable that moves it, for errors
     * @return the bound address, or a {@link StartException}
     */
    public static CompletionStage<HostPort> bind(
            ActorSystem<?> system, String what, HostPort address, String setting, HttpPages pages) {
        return bind(system, what, address, setting, CoordinatedShutdown.PhaseBeforeClusterShutdown(), pages::answer);
    }

    /** The same for anything that answers requests, until the given phase of the shutdown. */
    static CompletionStage<HostPort> bind(
            ActorSystem<?> system,
            String what,
            HostPort address,
            String setting,
            String lastPhase,
            Function<HttpRequest, CompletionStage<HttpResponse>> pages) {
        HostCheck hosts = new HostCheck(SystemConfig.knownHosts(system, address.host()));
        PageServer server = new PageServer(system, what, hosts, pages);
        return server.bind(address.host(), address.port()).handle((bound, failure) -> {
            if (failure != null) {
                throw new CompletionException(StartException.notBound(what, address.toString(), setting, failure));
            }
            CoordinatedShutdown.get(system)
                    .addTask(lastPhase, "unbind-" + what, () -> server.close().thenApply(closed -> Done.getInstance()));
            system.getWhenTerminated().thenRun(server::close);
            return new HostPort(address.host(), bound.getPort());
        });
    }
}

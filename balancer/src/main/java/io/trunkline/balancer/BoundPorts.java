package io.trunkline.balancer;

import io.trunkline.protocol.member.HostPort;
import io.trunkline.protocol.member.StartException;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** The ports that a balancer has bound, all on one host. Read from any thread. */
final class BoundPorts {
    private static final long DEADLINE_SECONDS = 10;

    private final String host;
    private final Map<BalancerPort, HostPort> bound = new ConcurrentHashMap<>();

    BoundPorts(String host) {
        this.host = host;
    }

    /**
     * Waits until the port is bound, for at most ten seconds.
     *
     * @param listen gets the host
     * @throws StartException when it cannot be bound
     */
    void bind(BalancerPort port, int number, Function<String, CompletionStage<InetSocketAddress>> listen) {
        try {
            InetSocketAddress address = listen.apply(host)
                    .toCompletableFuture()
                    .orTimeout(DEADLINE_SECONDS, TimeUnit.SECONDS)
                    .join();
            bound.put(port, new HostPort(host, address.getPort()));
        } catch (CompletionException e) {
            throw StartException.notBound(port.label(), host + ":" + number, port.variable(), e);
        }
    }

    boolean any() {
        return !bound.isEmpty();
    }

    /** @throws NullPointerException when the port is not bound */
    HostPort address(BalancerPort port) {
        return Objects.requireNonNull(bound.get(port), "not bound");
    }

    /** Where clients connect, by name. */
    Map<String, String> endpoints() {
        Map<String, String> all = new LinkedHashMap<>();
        for (BalancerPort port : BalancerPort.values()) {
            HostPort address = port == BalancerPort.PEER ? null : bound.get(port);
            if (address != null) {
                all.put(port.label(), address.toString());
            }
        }
        return all;
    }
}

package io.trunkline.balancer.relay;

import io.trunkline.balancer.assign.ClientKey;
import io.trunkline.balancer.trunk.LoopTrunks;
import io.trunkline.protocol.metrics.Meter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** Makes the relays of the clients of one event loop, to which it belongs. */
public final class Relays {
    private final LoopTrunks trunks;
    private final RelaySettings settings;
    private final Meter meter;
    private final SessionEvents events;

    /**
     * Relays over these trunks.
     *
     * @param meter counts what they carry
     */
    public Relays(LoopTrunks trunks, RelaySettings settings, Meter meter, SessionEvents events) {
        this.trunks = trunks;
        this.settings = settings;
        this.meter = meter;
        this.events = events;
    }

    /**
     * The relay of a client that has said nothing yet.
     *
     * @param remote where the client is; null for a session that was another balancer's
     * @param transport see {@link io.trunkline.protocol.session.Transport}
     */
    public Relay relay(@Nullable InetSocketAddress remote, ClientSink sink, String transport) {
        return relay(remote, sink, transport, null);
    }

    /**
     * The same, at the node of an affinity.
     *
     * @param affinity see {@link ClientKey}
     */
    public Relay relay(
            @Nullable InetSocketAddress remote, ClientSink sink, String transport, @Nullable String affinity) {
        String text = remote == null ? "" : remote.getAddress().getHostAddress() + ":" + remote.getPort();
        InetAddress source = remote == null ? InetAddress.getLoopbackAddress() : remote.getAddress();
        return new Relay(trunks, sink, settings, meter, events, new ClientKey(source, affinity), transport, text);
    }

    /** The slot of an affinity; -1 while it is not known how many there are. */
    public int slotOf(String affinity) {
        return trunks.slotOf(affinity);
    }
}

package io.trunkline.balancer.lines;

import io.netty.channel.Channel;
import io.trunkline.balancer.client.ClientLoop;
import io.trunkline.balancer.client.Deadlines;
import io.trunkline.balancer.client.EdgeSettings;
import io.trunkline.balancer.relay.Relay;
import io.trunkline.balancer.relay.Relays;
import io.trunkline.protocol.refusal.Reason;
import io.trunkline.protocol.session.Transport;
import java.net.InetSocketAddress;

/** What the clients of one event loop that speak lines share. Belongs to the event loop. */
final class LineLoop {
    private final ClientLoop clients;
    private final Relays relays;
    private final Deadlines<LineClient> deadlines;

    LineLoop(ClientLoop clients, Relays relays) {
        this.clients = clients;
        this.relays = relays;
        EdgeSettings.Timeouts limits = clients.settings().timeouts();
        this.deadlines = new Deadlines<LineClient>()
                .add(Reason.CLIENT_SLOW, limits.stall(), LineClient::stalled)
                .add(Reason.FIRST_MESSAGE_LATE, limits.firstMessage(), LineClient::silent)
                .add(Reason.MESSAGE_SLOW, limits.message(), LineClient::withinLine)
                .add(Reason.IDLE, limits.idle(), LineClient::idle);
    }

    ClientLoop common() {
        return clients;
    }

    /** How many clients this event loop has. */
    int clients() {
        return clients.population();
    }

    Deadlines<LineClient> deadlines() {
        return deadlines;
    }

    Relay relay(Channel channel, LineClient client) {
        return relays.relay((InetSocketAddress) channel.remoteAddress(), client, Transport.TCP);
    }

    void tick(long now) {
        clients.tick(now);
    }
}

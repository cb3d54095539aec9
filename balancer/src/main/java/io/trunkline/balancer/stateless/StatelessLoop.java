package io.trunkline.balancer.stateless;

import io.trunkline.balancer.client.ClientLoop;
import io.trunkline.balancer.http.HttpSettings;
import io.trunkline.balancer.relay.Relays;

/** What the clients of one event loop share that ask without a session. */
public record StatelessLoop(HttpSettings settings, ClientLoop clients, Relays relays) {}

package io.trunkline.balancer.session;

import io.trunkline.balancer.client.ClientLoop;
import io.trunkline.balancer.relay.Relays;

/**
 * What the HTTP sessions of one event loop share.
 *
 * @param seal of their ids
 * @param sessions those of the whole process
 */
public record SessionLoop(ClientLoop clients, Relays relays, SessionSeal seal, HttpSessions sessions) {}

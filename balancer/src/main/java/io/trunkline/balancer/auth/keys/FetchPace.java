package io.trunkline.balancer.auth.keys;

import java.time.Duration;

/**
 * How often an issuer is asked for its keys.
 *
 * @param timeout for one fetch, with what must be asked before it
 * @param pause between a fetch and the next one, whatever tokens say
 * @param retry the same after one that failed
 * @param patience how long a token may wait for a fetch to begin
 */
public record FetchPace(Duration timeout, Duration pause, Duration retry, Duration patience) {}

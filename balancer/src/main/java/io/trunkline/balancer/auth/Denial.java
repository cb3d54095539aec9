package io.trunkline.balancer.auth;

/**
 * A request that is not served.
 *
 * @param status 400, 401, 403 or 503 (RFC 6750, section 3.1)
 * @param text for people; names nothing of a token
 * @param challenge the value of {@code WWW-Authenticate}, empty when there is none
 */
public record Denial(int status, String text, String challenge) implements Verdict {}

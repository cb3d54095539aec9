package io.trunkline.balancer.auth;

/**
 * A request that is not served.
 *
 * @param status 400, 401, 403 (RFC 6750, section 3.1), 431 or 503
 * @param text for people; names nothing of a token
 * @param challenge the value of {@code WWW-Authenticate}, empty when there is none
 * @param retrySeconds when to ask again, for 503
 */
public record Denial(int status, String text, String challenge, long retrySeconds) implements Verdict {
    /** One that need not say when. */
    Denial(int status, String text, String challenge) {
        this(status, text, challenge, 1);
    }
}

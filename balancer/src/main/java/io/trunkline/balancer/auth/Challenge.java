package io.trunkline.balancer.auth;

import java.util.Set;
import java.util.TreeSet;

/**
 * How requests are refused (RFC 6750, section 3; RFC 9728, section 5.1; MCP 2026-07-28, basic, authorization).
 * Immutable.
 */
final class Challenge {
    private final String metadata;
    private final String scope;

    /**
     * Refusals of one resource.
     *
     * @param metadata where its metadata is; empty when it has none
     * @param scopes what every request needs
     */
    Challenge(String metadata, Set<String> scopes) {
        this.metadata = metadata;
        this.scope = text(scopes);
    }

    /** No token was shown, or none of a kind that is known here: no error is named then. */
    Denial missing() {
        return new Denial(401, "a bearer token is needed", header("", scope));
    }

    /** The token is not good; {@code why} has neither quotes nor anything of the token in it. */
    Denial invalid(String why) {
        return new Denial(401, why, header("error=\"invalid_token\", error_description=\"" + why + "\"", scope));
    }

    /** The request is wrong, whatever the token is. */
    Denial malformed(String why) {
        return new Denial(400, why, header("error=\"invalid_request\", error_description=\"" + why + "\"", scope));
    }

    /** The token is good and does not do; it needs these scopes, all of them. */
    Denial insufficient(Set<String> needed) {
        return new Denial(
                403, "the token lacks a scope: " + text(needed), header("error=\"insufficient_scope\"", text(needed)));
    }

    /** The token is longer than anybody wants to read (RFC 6585, section 5): another one like it will not do either. */
    static Denial tooLong(int most) {
        return new Denial(
                431, "the token has more than " + most + " characters (http.head-limit leaves it all but 1 KiB)", "");
    }

    /** Nobody can tell whether the token is good. */
    static Denial unavailable(String why) {
        return unavailable(why, 1);
    }

    /** The same, and somebody can after so many seconds. */
    static Denial unavailable(String why, long retrySeconds) {
        return new Denial(503, why, "", retrySeconds);
    }

    private String header(String error, String needed) {
        StringBuilder header = new StringBuilder();
        add(header, error);
        add(header, needed.isEmpty() ? "" : "scope=\"" + needed + "\"");
        add(header, metadata.isEmpty() ? "" : "resource_metadata=\"" + metadata + "\"");
        return "Bearer" + header;
    }

    private static void add(StringBuilder header, String parameter) {
        if (!parameter.isEmpty()) {
            header.append(header.length() == 0 ? " " : ", ").append(parameter);
        }
    }

    /** Scopes as they are written, in an order that does not change. */
    static String text(Set<String> scopes) {
        return String.join(" ", new TreeSet<>(scopes));
    }
}

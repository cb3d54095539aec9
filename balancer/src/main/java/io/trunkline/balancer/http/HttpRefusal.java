package io.trunkline.balancer.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.trunkline.balancer.auth.Denial;
import io.trunkline.protocol.jsonrpc.ErrorCode;
import io.trunkline.protocol.refusal.Reason;
import io.trunkline.protocol.refusal.Refusal;
import java.nio.charset.StandardCharsets;

/**
 * A request that is not served: its status, and the JSON-RPC error that is its body.
 *
 * @param status RFC 9110, section 15
 * @param code see {@link ErrorCode}
 * @param text for people; the client reads it
 * @param field the name of the header that says what would be taken, or empty
 * @param value of that header
 * @param retrySeconds for status 503
 */
public record HttpRefusal(int status, int code, String text, CharSequence field, String value, long retrySeconds) {
    /** The code of an unknown session, which the official SDKs send, too. */
    private static final int NO_SESSION = -32001;

    public static HttpRefusal of(int status, String text) {
        return of(status, status >= 500 ? ErrorCode.OVERLOADED : ErrorCode.INVALID_REQUEST, text);
    }

    public static HttpRefusal of(int status, int code, String text) {
        return new HttpRefusal(status, code, text, "", "", 1);
    }

    static HttpRefusal method(String allow) {
        return new HttpRefusal(
                405, ErrorCode.INVALID_REQUEST, "the method is not allowed here", HttpHeaderNames.ALLOW, allow, 1);
    }

    /** The coding of the body is not taken (RFC 9110, section 15.5.16). */
    static HttpRefusal coding(String text) {
        return new HttpRefusal(415, ErrorCode.INVALID_REQUEST, text, HttpHeaderNames.ACCEPT_ENCODING, "identity", 1);
    }

    public static HttpRefusal denied(Denial denial) {
        int code = denial.status() >= 500 ? ErrorCode.OVERLOADED : ErrorCode.INVALID_REQUEST;
        return new HttpRefusal(
                denial.status(),
                code,
                denial.text(),
                denial.challenge().isEmpty() ? "" : HttpHeaderNames.WWW_AUTHENTICATE,
                denial.challenge(),
                denial.retrySeconds());
    }

    /** The client's source has, or asks for, more than it may. */
    public static HttpRefusal limited() {
        return of(429, ErrorCode.OVERLOADED, Reason.RATE_LIMITED.text());
    }

    public static HttpRefusal noSession() {
        return of(404, NO_SESSION, "the session is not known or has ended");
    }

    /** The status for a reason that ends a session or keeps it from being opened. */
    public static int statusOf(Reason reason) {
        return switch (reason) {
            case NO_NODE, ALL_FULL, NODE_FULL, DRAINING, BALANCER_FULL, OVERLOADED, SHUTTING_DOWN, STALE_EPOCH -> 503;
            case TIMED_OUT -> 504;
            case CLOSED, IDLE, UNKNOWN_SESSION -> 404;
            case CLIENT_SLOW, RATE_LIMITED -> 429;
            case MESSAGE_TOO_LARGE -> 413;
            default -> 500;
        };
    }

    /** The headers of the response. */
    HttpHeaders headers() {
        HttpHeaders headers = ContentType.jsonHeaders();
        if (!field.isEmpty()) {
            headers.set(field, value);
        }
        if (status == 503 || status == 429) {
            headers.set(HttpHeaderNames.RETRY_AFTER, retrySeconds);
        }
        return headers;
    }

    /** The body: a JSON-RPC error without an id (MCP 2025-11-25 and 2026-07-28, basic, transports). */
    public byte[] body() {
        return ("{\"jsonrpc\":\"2.0\",\"error\":{\"code\":" + code + ",\"message\":\"" + Refusal.escape(text) + "\"}}")
                .getBytes(StandardCharsets.UTF_8);
    }
}

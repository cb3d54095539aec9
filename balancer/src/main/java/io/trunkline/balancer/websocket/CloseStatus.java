package io.trunkline.balancer.websocket;

import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.trunkline.protocol.refusal.Reason;

/** With which code a connection is closed for a reason (RFC 6455, section 7.4). */
final class CloseStatus {
    private CloseStatus() {}

    static WebSocketCloseStatus of(Reason reason) {
        return switch (reason) {
            case CLOSED, IDLE -> WebSocketCloseStatus.NORMAL_CLOSURE;
            case SHUTTING_DOWN -> WebSocketCloseStatus.ENDPOINT_UNAVAILABLE;
            case NO_NODE, ALL_FULL, NODE_FULL, OVERLOADED, BALANCER_FULL, RATE_LIMITED ->
                WebSocketCloseStatus.TRY_AGAIN_LATER;
            case MESSAGE_TOO_LARGE -> WebSocketCloseStatus.MESSAGE_TOO_BIG;
            case CLIENT_SLOW, FIRST_MESSAGE_LATE, MESSAGE_SLOW -> WebSocketCloseStatus.POLICY_VIOLATION;
            default -> WebSocketCloseStatus.INTERNAL_SERVER_ERROR;
        };
    }
}

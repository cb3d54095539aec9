package io.trunkline.protocol.refusal;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Why something was refused or ended. The number travels in frames, the {@linkplain #label label} in answers, metrics
 * and logs; neither may change its meaning.
 */
public enum Reason {
    /** An orderly end; nobody is to blame. */
    CLOSED(0, Source.BALANCER, false, -32000, "the connection was closed"),
    /** No node can take a session: none is up, or none is reachable. */
    NO_NODE(1, Source.BALANCER, true, -32000, "no node is available"),
    /** Every node that is up carries as many sessions as it may. */
    ALL_FULL(2, Source.BALANCER, true, -32000, "all nodes are full"),
    /** This node carries as many sessions as it may. */
    NODE_FULL(3, Source.NODE, true, -32000, "the node is full"),
    /** The node that held the session is gone. */
    NODE_LOST(4, Source.BALANCER, true, -32603, "the node was lost"),
    /** The node takes nothing new because it is about to leave. */
    DRAINING(5, Source.NODE, true, -32000, "the node is draining"),
    /** The slot of the session is not hosted by this node, or no longer. */
    NOT_HOSTED(6, Source.NODE, true, -32000, "the slot is not hosted here"),
    /** The session goes on at another node. */
    MOVED(7, Source.NODE, true, -32603, "the session has moved"),
    /** A newer binding of the session exists. */
    STALE_EPOCH(8, Source.NODE, false, -32000, "a newer binding of the session exists"),
    /** The balancer holds as many connections as it may. */
    BALANCER_FULL(9, Source.BALANCER, true, -32000, "the balancer is full"),
    /** A message, or what was sent of it so far, is larger than allowed. */
    MESSAGE_TOO_LARGE(10, Source.CLIENT, false, -32600, "the message is too large"),
    /** The first message did not arrive in time. */
    FIRST_MESSAGE_LATE(11, Source.CLIENT, true, -32000, "no message arrived in time"),
    /** A message was begun and not finished in time. */
    MESSAGE_SLOW(12, Source.CLIENT, true, -32000, "the message was not finished in time"),
    /** Nothing was said for too long. */
    IDLE(13, Source.CLIENT, true, -32000, "the connection was idle for too long"),
    /** The client does not read what it asked for. */
    CLIENT_SLOW(14, Source.CLIENT, false, -32000, "the client does not read its answers"),
    /** The client speaks HTTP to a port that takes JSON-RPC lines. */
    NOT_JSON_RPC(15, Source.CLIENT, false, -32700, "this port takes JSON-RPC messages, one per line"),
    /** A bound of the process is reached; nothing is wrong with the request. */
    OVERLOADED(16, Source.BALANCER, true, -32000, "the server is overloaded"),
    /** The process stops. */
    SHUTTING_DOWN(17, Source.BALANCER, true, -32000, "the server is shutting down"),
    /** The other side of the trunk broke the protocol. */
    PROTOCOL(18, Source.BALANCER, false, -32603, "the trunk protocol was broken"),
    /** The other side of the trunk does not know the cluster secret. */
    UNAUTHENTICATED(19, Source.BALANCER, false, -32603, "the cluster secret was not proved"),
    /** The two sides of the trunk have no version in common, or disagree about the cluster. */
    INCOMPATIBLE(20, Source.BALANCER, false, -32603, "the trunk versions do not match"),
    /** The session failed inside the node. */
    INTERNAL(21, Source.NODE, false, -32603, "internal error"),
    /** The checkpoint cannot be read by this node. */
    BAD_CHECKPOINT(22, Source.NODE, false, -32603, "the session cannot be restored"),
    /** The node did not answer in time. */
    TIMED_OUT(23, Source.BALANCER, true, -32603, "the node did not answer in time"),
    /** No session of this id is here. */
    UNKNOWN_SESSION(24, Source.NODE, false, -32001, "the session is not known or has ended"),
    /** The balancer that held the session is gone. */
    BALANCER_LOST(25, Source.BALANCER, true, -32603, "the balancer that held the session was lost"),
    /** The client has not shown who it is, or that holds no more. */
    UNAUTHORIZED(26, Source.CLIENT, false, -32600, "the client has not shown who it is"),
    /** One address, or one principal, has or asks for more than its share. */
    RATE_LIMITED(27, Source.CLIENT, true, -32000, "too much comes from this address or principal");

    /** Who says no. */
    public enum Source {
        CLIENT,
        BALANCER,
        NODE
    }

    private static final Reason[] BY_NUMBER = values();

    private final int number;
    private final Source source;
    private final boolean retryable;
    private final int jsonRpcCode;
    private final String text;
    private final String label;

    Reason(int number, Source source, boolean retryable, int jsonRpcCode, String text) {
        this.number = number;
        this.source = source;
        this.retryable = retryable;
        this.jsonRpcCode = jsonRpcCode;
        this.text = text;
        this.label = name().toLowerCase(Locale.ROOT);
    }

    /** The reason with this number, or null when it is unknown, which a newer peer may cause. */
    public static @Nullable Reason byNumber(int number) {
        return number >= 0 && number < BY_NUMBER.length ? BY_NUMBER[number] : null;
    }

    /** The number that frames carry, 0 to 255. */
    public int number() {
        return number;
    }

    /** Who says no. */
    public Source source() {
        return source;
    }

    /** Whether the same request may succeed later or elsewhere. */
    public boolean retryable() {
        return retryable;
    }

    /** The error code in a JSON-RPC answer (JSON-RPC 2.0, section 5.1). */
    public int jsonRpcCode() {
        return jsonRpcCode;
    }

    /** What people read. */
    public String text() {
        return text;
    }

    /** What programs read: the name in lower case, for example {@code node_lost}. */
    public String label() {
        return label;
    }
}

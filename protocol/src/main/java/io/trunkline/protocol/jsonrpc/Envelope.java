package io.trunkline.protocol.jsonrpc;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One JSON-RPC message as far as it must be read to route it: what it is, its id, its method, and where its parts lie.
 *
 * <p>Offsets count from the start of {@link #message()}, which is shared and not copied: nobody may change it while the
 * envelope is in use. The id is kept as it was written, because it has to be sent back exactly so (JSON-RPC 2.0,
 * section 5), whatever its size.
 */
public final class Envelope {

    /** What a message turned out to be. */
    public enum Kind {
        /** Has a method and an id: exactly one answer is due. */
        REQUEST,
        /** Has a method and no id: never answered. */
        NOTIFICATION,
        /** Has a result or an error: answers something that the server asked. */
        RESPONSE,
        /** An array; its members are read with {@link EnvelopeReader#members}. */
        BATCH,
        /** JSON, but none of the above; {@link #problem()} says why. Answered with -32600. */
        INVALID,
        /** Not JSON, or beyond a limit; {@link #problem()} says why. Answered with -32700. */
        UNREADABLE
    }

    private static final byte[] NULL = {'n', 'u', 'l', 'l'};

    private final byte[] message;
    private final int start;
    private final int end;
    private final Kind kind;
    private final @Nullable String problem;
    private final @Nullable String method;
    private final Span id;
    private final Span params;
    private final Details details;

    /**
     * What is read of the parameters, and of what an edge has added.
     *
     * @param version the protocol version that the request declares in its {@code _meta}
     * @param capabilities whether it declares the client's capabilities there
     * @param target the tool, prompt, resource or task that it names
     * @param edge where the member lies that an edge has added
     */
    record Details(
            @Nullable String version,
            boolean capabilities,
            @Nullable String target,
            Span edge) {
        static final Details NONE = new Details(null, false, null, Span.NONE);
    }

    /** Where a part lies; {@link #NONE} when the message has none. */
    record Span(int start, int end) {
        static final Span NONE = new Span(0, 0);

        boolean isNone() {
            return end == 0;
        }
    }

    Envelope(
            byte[] message,
            Span whole,
            Kind kind,
            @Nullable String problem,
            @Nullable String method,
            Span id,
            Span params,
            Details details) {
        this.details = details;
        this.message = message;
        this.start = whole.start();
        this.end = whole.end();
        this.kind = kind;
        this.problem = problem;
        this.method = method;
        this.id = id;
        this.params = params;
    }

    public Kind kind() {
        return kind;
    }

    /** The bytes that the offsets point into. */
    public byte[] message() {
        return message;
    }

    /** Where this message starts; not 0 for a member of a batch. */
    public int start() {
        return start;
    }

    /** Where this message ends, exclusive. */
    public int end() {
        return end;
    }

    /** The method of a request or notification, otherwise the empty string. Known names are the same object always. */
    public String method() {
        return method == null ? "" : method;
    }

    /** Why a message is {@link Kind#INVALID} or {@link Kind#UNREADABLE}: a sentence that may be sent to the client. */
    public String problem() {
        return problem == null ? "" : problem;
    }

    /** Whether a usable id was found. A message that is {@link Kind#INVALID} may have one. */
    public boolean hasId() {
        return !id.isNone();
    }

    /** Where the id starts; 0 without one. */
    public int idStart() {
        return id.start();
    }

    /** Where the id ends, exclusive; 0 without one. */
    public int idEnd() {
        return id.end();
    }

    /** The id as it was written, or {@code null} in JSON when there is none. A copy. */
    public byte[] id() {
        return id.isNone() ? NULL.clone() : Arrays.copyOfRange(message, id.start(), id.end());
    }

    /** The same message with nothing kept of it but kind, method and id: for what waits long for its answer. */
    public Envelope withIdOnly() {
        byte[] kept = id.isNone() ? new byte[0] : id();
        Span all = new Span(0, kept.length);
        return new Envelope(kept, all, kind, problem, method, id.isNone() ? Span.NONE : all, Span.NONE, Details.NONE);
    }

    /** Whether there are parameters; those written as {@code null} count as absent. They are an object or an array. */
    public boolean hasParams() {
        return !params.isNone();
    }

    /** Whether there are parameters by position. JSON-RPC allows them, MCP does not. */
    public boolean hasParamsByPosition() {
        return hasParams() && message[params.start()] == '[';
    }

    /** Where the parameters start; 0 without them. */
    public int paramsStart() {
        return params.start();
    }

    /** Where the parameters end, exclusive; 0 without them. */
    public int paramsEnd() {
        return params.end();
    }

    /**
     * The protocol version that the request declares for itself, or null when it relies on a session (MCP 2026-07-28,
     * basic, {@code _meta}). May be any text.
     */
    public @Nullable String version() {
        return details.version();
    }

    /** Whether the request declares the client's capabilities, as it has to when it declares a version. */
    public boolean declaresCapabilities() {
        return details.capabilities();
    }

    /**
     * The name of the tool or prompt, the URI of the resource, or the id of the task that the request is about, or
     * null. Of tasks that are listened to, the first.
     */
    public @Nullable String target() {
        return details.target();
    }

    /** Whether an edge has added what it knows of the request; of a client's message: whether it pretends so. */
    public boolean hasEdgeMember() {
        return !details.edge().isNone();
    }

    /** Where the value of the edge's member starts; 0 without one. */
    public int edgeStart() {
        return details.edge().start();
    }

    /** Where the value of the edge's member ends, exclusive; 0 without one. */
    public int edgeEnd() {
        return details.edge().end();
    }
}

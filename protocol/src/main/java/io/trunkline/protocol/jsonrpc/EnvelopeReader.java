package io.trunkline.protocol.jsonrpc;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.trunkline.protocol.jsonrpc.Envelope.Details;
import io.trunkline.protocol.jsonrpc.Envelope.Kind;
import io.trunkline.protocol.jsonrpc.Envelope.Span;
import io.trunkline.protocol.jsonrpc.StrictJson.Unreadable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the envelope of a client message in one pass that also proves the whole message to be strict JSON.
 *
 * <p>Strict means: well-formed UTF-8, one value and nothing after it, no member name twice in one object at any depth,
 * and everything within {@link JsonLimits}. Whoever reads the parameters later, from the offsets in the envelope, can
 * rely on that. Never throws on any input. Thread-safe.
 */
public final class EnvelopeReader {

    /** The name of the member in which an edge tells a node what it knows of a request. No client may send it. */
    public static final String EDGE = "io.trunkline/edge";

    /** In the {@code _meta} of a request: its protocol version (MCP 2026-07-28, basic, {@code _meta}). */
    public static final String META_VERSION = "io.modelcontextprotocol/protocolVersion";

    /** In the {@code _meta} of a request: what the client can be asked. */
    public static final String META_CAPABILITIES = "io.modelcontextprotocol/clientCapabilities";

    /** The names of members that say something. */
    private static final String[] NAMES = {
        "jsonrpc", "id", "method", "params", EDGE, "result", "error",
    };

    private static final String[] PARAMS = {"_meta", "name", "uri", "taskId", "notifications"};
    private static final String[] META = {META_VERSION, META_CAPABILITIES};

    private final JsonLimits limits;
    private final boolean targets;

    public EnvelopeReader(JsonLimits limits) {
        this(limits, true);
    }

    private EnvelopeReader(JsonLimits limits, boolean targets) {
        this.limits = limits;
        this.targets = targets;
    }

    /**
     * A reader whose envelopes have no {@linkplain Envelope#target target}: for whoever reads the parameters anyway.
     */
    public static EnvelopeReader withoutTargets(JsonLimits limits) {
        return new EnvelopeReader(limits, false);
    }

    /** A factory of parsers and generators that keeps to the limits; what it parses need not be proven before. */
    public static JsonFactory factory(JsonLimits limits) {
        return JsonFactory.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                // Names come from strangers: nothing of them may stay in the JVM's own string table.
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(limits.maxDepth())
                        .maxTokenCount(limits.maxTokens())
                        .maxNameLength(limits.maxNameLength())
                        .maxStringLength(limits.maxStringLength())
                        .maxNumberLength(limits.maxNumberLength())
                        .build())
                .build();
    }

    /**
     * The envelope of a whole message. A byte order mark in front of it means nothing, as RFC 8259, section 8.1 allows.
     */
    public Envelope read(byte[] message) {
        return read(message, Utf8.markLength(message), message.length);
    }

    /**
     * The members of a batch in order, each read like a message of its own; an array in an array is invalid.
     *
     * @param most reading stops after one member more than this, which tells the caller that there are too many
     */
    public List<Envelope> members(Envelope batch, int most) {
        List<Envelope> members = new ArrayList<>();
        StrictJson json = new StrictJson(batch.message(), batch.start(), batch.end(), limits);
        try {
            json.enter();
            while (members.size() <= most && json.nextItem()) {
                Span span = skip(json);
                Envelope member = read(batch.message(), span.start(), span.end());
                members.add(
                        member.kind() == Kind.BATCH
                                ? failed(member.message(), span, Kind.INVALID, "A batch inside a batch")
                                : member);
            }
        } catch (Unreadable e) {
            throw new IllegalArgumentException("not a batch that this reader has read", e);
        }
        return members;
    }

    private Envelope read(byte[] message, int from, int to) {
        Span whole = new Span(from, to);
        if (!Utf8.isWellFormed(message, from, to)) {
            return failed(message, whole, Kind.UNREADABLE, "The message is not UTF-8");
        }
        StrictJson json = new StrictJson(message, from, to, limits);
        try {
            Envelope envelope = read(json, message, whole);
            json.finish();
            return envelope;
        } catch (Unreadable e) {
            return failed(message, whole, Kind.UNREADABLE, e.problem);
        }
    }

    private Envelope read(StrictJson json, byte[] message, Span whole) throws Unreadable {
        int first = json.first();
        if (first == '{') {
            return new Members(json, message, whole).read();
        }
        if (first == '[') {
            json.enter();
            boolean empty = !json.nextItem();
            for (boolean more = !empty; more; more = json.nextItem()) {
                json.skip();
            }
            return empty
                    ? failed(message, whole, Kind.INVALID, "An empty batch")
                    : new Envelope(message, whole, Kind.BATCH, null, null, Span.NONE, Span.NONE, Details.NONE);
        }
        if (first < 0) {
            return failed(message, whole, Kind.UNREADABLE, "The message is empty");
        }
        json.skip();
        return failed(message, whole, Kind.INVALID, "The message is not an object");
    }

    /** The members of one message object that matter, in whatever order they come. */
    private final class Members {

        private final StrictJson json;
        private final byte[] message;
        private final Span whole;
        private boolean version;
        private boolean answer;
        private boolean badId;
        private boolean badMethod;
        private boolean badParams;
        private @Nullable String method;
        private Span id = Span.NONE;
        private Span params = Span.NONE;
        private Span edge = Span.NONE;
        private boolean capabilities;
        private @Nullable String declared;
        private @Nullable String named;
        private @Nullable String uri;
        private @Nullable String task;
        private @Nullable String listened;

        Members(StrictJson json, byte[] message, Span whole) {
            this.json = json;
            this.message = message;
            this.whole = whole;
        }

        Envelope read() throws Unreadable {
            json.enter();
            while (json.nextName()) {
                switch (json.among(NAMES)) {
                    case "jsonrpc" -> version = skipsText() && json.is("2.0");
                    case "id" -> readId();
                    case "method" -> {
                        badMethod = !skipsText();
                        method = badMethod ? null : json.method();
                    }
                    case "params" -> readParams();
                    case EDGE -> edge = skip(json);
                    case "result", "error" -> {
                        answer = true;
                        json.skip();
                    }
                    default -> json.skip();
                }
            }
            return envelope();
        }

        /** Passes a value; whether it is a string. */
        private boolean skipsText() throws Unreadable {
            boolean string = json.first() == '"';
            json.skip();
            return string;
        }

        private void readId() throws Unreadable {
            int first = json.first();
            id = skip(json);
            badId = !(first == '"' || isInteger(id)) || id.end() - id.start() > limits.maxIdLength();
            if (badId) {
                id = Span.NONE;
            }
        }

        private boolean isInteger(Span value) {
            for (int i = value.start(); i < value.end(); i++) {
                if (message[i] != '-' && (message[i] < '0' || message[i] > '9')) {
                    return false;
                }
            }
            return true;
        }

        private void readParams() throws Unreadable {
            int first = json.first();
            int start = json.at();
            if (first == '{') {
                readDetails();
            } else {
                json.skip();
            }
            if (first == '{' || first == '[') {
                params = new Span(start, json.at());
            } else {
                badParams = first != 'n';
            }
        }

        private void readDetails() throws Unreadable {
            json.enter();
            while (json.nextName()) {
                switch (json.among(PARAMS)) {
                    case "" -> json.skip();
                    case "_meta" -> readMeta();
                    case "name" -> named = target();
                    case "uri" -> uri = target();
                    case "taskId" -> task = target();
                    default -> readFilter();
                }
            }
        }

        private @Nullable String target() throws Unreadable {
            return skipsText() && targets ? json.text() : null;
        }

        /** What {@code subscriptions/listen} names: of the tasks, the first is enough to know where to listen. */
        private void readFilter() throws Unreadable {
            if (!targets || json.first() != '{') {
                json.skip();
                return;
            }
            json.enter();
            while (json.nextName()) {
                if (!json.is("taskIds") || json.first() != '[') {
                    json.skip();
                    continue;
                }
                json.enter();
                while (json.nextItem()) {
                    listened = skipsText() && listened == null ? json.text() : listened;
                }
            }
        }

        private void readMeta() throws Unreadable {
            if (json.first() != '{') {
                json.skip();
                return;
            }
            json.enter();
            while (json.nextName()) {
                switch (json.among(META)) {
                    case META_VERSION -> declared = skipsText() ? json.text() : null;
                    case META_CAPABILITIES -> {
                        capabilities = json.first() == '{';
                        json.skip();
                    }
                    default -> json.skip();
                }
            }
        }

        private Details details() {
            String target = method == null
                    ? null
                    : switch (method) {
                        case Methods.RESOURCES_READ -> uri;
                        case Methods.SUBSCRIPTIONS_LISTEN -> listened;
                        case Methods.TASKS_GET, Methods.TASKS_UPDATE, Methods.TASKS_CANCEL -> task;
                        default -> named;
                    };
            return declared == null && !capabilities && target == null && edge.isNone()
                    ? Details.NONE
                    : new Details(declared, capabilities, target, edge);
        }

        private Envelope envelope() {
            if (answer && method == null && !badMethod) {
                // Never answered, whatever is wrong with it: two sides that answer errors with errors do not stop.
                return new Envelope(message, whole, Kind.RESPONSE, null, null, id, Span.NONE, Details.NONE);
            }
            String problem = problem();
            Kind kind = problem != null ? Kind.INVALID : id.isNone() ? Kind.NOTIFICATION : Kind.REQUEST;
            return new Envelope(message, whole, kind, problem, method, id, params, details());
        }

        private @Nullable String problem() {
            if (!version) {
                return "\"jsonrpc\" is not \"2.0\"";
            }
            if (badId) {
                return "\"id\" is not an integer or a string of at most " + limits.maxIdLength() + " bytes";
            }
            if (badMethod) {
                return "\"method\" is not a string";
            }
            if (method == null) {
                return "Neither \"method\" nor \"result\" nor \"error\"";
            }
            if (answer) {
                return "Both \"method\" and \"result\" or \"error\"";
            }
            return badParams ? "\"params\" is not an object" : null;
        }
    }

    /**
     * The current value of a parser as it was written. A copy; leaves the parser at the value's last token.
     *
     * @param source what the parser reads
     * @param base where in {@code source} it began to read
     */
    public static byte[] copyValue(JsonParser parser, byte[] source, int base) throws IOException {
        int start = (int) parser.currentTokenLocation().getByteOffset();
        if (parser.currentToken().isStructStart()) {
            parser.skipChildren();
        } else {
            parser.finishToken();
        }
        return Arrays.copyOfRange(
                source, base + start, base + (int) parser.currentLocation().getByteOffset());
    }

    /** Passes the value that is next, and says where it lies. */
    private static Span skip(StrictJson json) throws Unreadable {
        json.first();
        int start = json.at();
        json.skip();
        return new Span(start, json.at());
    }

    private static Envelope failed(byte[] message, Span whole, Kind kind, String problem) {
        return new Envelope(message, whole, kind, problem, null, Span.NONE, Span.NONE, Details.NONE);
    }
}

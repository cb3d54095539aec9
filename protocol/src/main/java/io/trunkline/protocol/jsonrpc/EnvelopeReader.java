package io.trunkline.protocol.jsonrpc;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.trunkline.protocol.jsonrpc.Envelope.Details;
import io.trunkline.protocol.jsonrpc.Envelope.Kind;
import io.trunkline.protocol.jsonrpc.Envelope.Span;
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

    private final JsonFactory factory;
    private final JsonLimits limits;
    private final boolean targets;

    public EnvelopeReader(JsonLimits limits) {
        this(limits, true);
    }

    private EnvelopeReader(JsonLimits limits, boolean targets) {
        this.limits = limits;
        this.targets = targets;
        this.factory = factory(limits);
    }

    /** A reader whose envelopes have no {@linkplain Envelope#target target}: for whoever reads the parameters anyway. */
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

    /** The envelope of a whole message. A byte order mark in front of it means nothing, as RFC 8259, section 8.1 allows. */
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
        try (JsonParser parser = factory.createParser(batch.message(), batch.start(), batch.end() - batch.start())) {
            parser.nextToken();
            while (members.size() <= most && parser.nextToken() != JsonToken.END_ARRAY) {
                Span span = skipValue(parser, batch.start());
                Envelope member = read(batch.message(), span.start(), span.end());
                members.add(
                        member.kind() == Kind.BATCH
                                ? failed(member.message(), span, Kind.INVALID, "A batch inside a batch")
                                : member);
            }
        } catch (IOException | RuntimeException e) {
            throw new IllegalArgumentException("not a batch that this reader has read", e);
        }
        return members;
    }

    private Envelope read(byte[] message, int from, int to) {
        Span whole = new Span(from, to);
        if (!Utf8.isWellFormed(message, from, to) || guessedAsUtf16(message, from, to)) {
            return failed(message, whole, Kind.UNREADABLE, "The message is not UTF-8");
        }
        try (JsonParser parser = factory.createParser(message, from, to - from)) {
            Envelope envelope = read(parser, message, whole);
            if (parser.nextToken() != null) {
                return failed(message, whole, Kind.UNREADABLE, "The message goes on after its end" + at(parser));
            }
            return envelope;
        } catch (StreamConstraintsException e) {
            return failed(message, whole, Kind.UNREADABLE, "The message exceeds a limit" + at(e));
        } catch (JsonProcessingException e) {
            return failed(message, whole, Kind.UNREADABLE, "The message is not valid JSON" + at(e));
        } catch (IOException | RuntimeException e) {
            return failed(message, whole, Kind.UNREADABLE, "The message is not valid JSON");
        }
    }

    private Envelope read(JsonParser parser, byte[] message, Span whole) throws IOException {
        JsonToken first = parser.nextToken();
        if (first == JsonToken.START_OBJECT) {
            return new Members(parser, message, whole).read();
        }
        if (first == JsonToken.START_ARRAY) {
            boolean empty = parser.nextToken() == JsonToken.END_ARRAY;
            while (parser.currentToken() != JsonToken.END_ARRAY) {
                parser.skipChildren();
                parser.nextToken();
            }
            return empty
                    ? failed(message, whole, Kind.INVALID, "An empty batch")
                    : new Envelope(message, whole, Kind.BATCH, null, null, Span.NONE, Span.NONE, Details.NONE);
        }
        return first == null
                ? failed(message, whole, Kind.UNREADABLE, "The message is empty")
                : failed(message, whole, Kind.INVALID, "The message is not an object");
    }

    /** The members of one message object that matter, in whatever order they come. */
    private final class Members {

        private final JsonParser parser;
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

        Members(JsonParser parser, byte[] message, Span whole) {
            this.parser = parser;
            this.message = message;
            this.whole = whole;
        }

        Envelope read() throws IOException {
            for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                JsonToken value = parser.nextToken();
                switch (name) {
                    case "jsonrpc" -> readVersion(value);
                    case "id" -> readId(value);
                    case "method" -> readMethod(value);
                    case "params" -> readParams(value);
                    case EDGE -> edge = skipValue(parser, whole.start());
                    case "result", "error" -> {
                        answer = true;
                        parser.skipChildren();
                    }
                    default -> parser.skipChildren();
                }
            }
            return envelope();
        }

        private void readVersion(JsonToken value) throws IOException {
            if (value != JsonToken.VALUE_STRING) {
                parser.skipChildren();
                return;
            }
            char[] chars = parser.getTextCharacters();
            int offset = parser.getTextOffset();
            version = parser.getTextLength() == 3
                    && chars[offset] == '2'
                    && chars[offset + 1] == '.'
                    && chars[offset + 2] == '0';
        }

        private void readId(JsonToken value) throws IOException {
            if (value == JsonToken.VALUE_NUMBER_INT || value == JsonToken.VALUE_STRING) {
                id = skipValue(parser, whole.start());
                badId = id.end() - id.start() > limits.maxIdLength();
            } else {
                parser.skipChildren();
                badId = true;
            }
            if (badId) {
                id = Span.NONE;
            }
        }

        private void readMethod(JsonToken value) throws IOException {
            if (value == JsonToken.VALUE_STRING) {
                method = Methods.intern(parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength());
            } else {
                parser.skipChildren();
                badMethod = true;
            }
        }

        private void readParams(JsonToken value) throws IOException {
            if (value == JsonToken.START_OBJECT) {
                int start = (int) parser.currentTokenLocation().getByteOffset();
                readDetails();
                params = new Span(
                        whole.start() + start,
                        whole.start() + (int) parser.currentLocation().getByteOffset());
            } else if (value.isStructStart()) {
                params = skipValue(parser, whole.start());
            } else {
                badParams = value != JsonToken.VALUE_NULL;
            }
        }

        /** The parser is at the start of the parameters, and afterwards at their end. */
        private void readDetails() throws IOException {
            for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                JsonToken value = parser.nextToken();
                switch (name) {
                    case "_meta" -> readMeta(value);
                    case "name", "uri", "taskId", "notifications" -> readTarget(name, value);
                    default -> parser.skipChildren();
                }
            }
        }

        private void readTarget(String name, JsonToken value) throws IOException {
            if (!targets) {
                parser.skipChildren();
                return;
            }
            switch (name) {
                case "name" -> named = text(value);
                case "uri" -> uri = text(value);
                case "taskId" -> task = text(value);
                default -> readFilter(value);
            }
        }

        /** What {@code subscriptions/listen} names: of the tasks, the first is enough to know where to listen. */
        private void readFilter(JsonToken value) throws IOException {
            if (value != JsonToken.START_OBJECT) {
                parser.skipChildren();
                return;
            }
            for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                JsonToken field = parser.nextToken();
                if (!name.equals("taskIds") || field != JsonToken.START_ARRAY) {
                    parser.skipChildren();
                    continue;
                }
                for (JsonToken item = parser.nextToken(); item != JsonToken.END_ARRAY; item = parser.nextToken()) {
                    String id = text(item);
                    listened = listened == null ? id : listened;
                }
            }
        }

        private void readMeta(JsonToken value) throws IOException {
            if (value != JsonToken.START_OBJECT) {
                parser.skipChildren();
                return;
            }
            for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                JsonToken field = parser.nextToken();
                switch (name) {
                    case META_VERSION -> declared = text(field);
                    case META_CAPABILITIES -> {
                        capabilities = field == JsonToken.START_OBJECT;
                        parser.skipChildren();
                    }
                    default -> parser.skipChildren();
                }
            }
        }

        private @Nullable String text(JsonToken value) throws IOException {
            if (value == JsonToken.VALUE_STRING) {
                return parser.getText();
            }
            parser.skipChildren();
            return null;
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
        Span span = skipValue(parser, base);
        return Arrays.copyOfRange(source, span.start(), span.end());
    }

    /** Where the current value lies in the message; leaves the parser at its last token. */
    private static Span skipValue(JsonParser parser, int base) throws IOException {
        int start = (int) parser.currentTokenLocation().getByteOffset();
        if (parser.currentToken().isStructStart()) {
            parser.skipChildren();
        } else {
            parser.finishToken();
        }
        return new Span(base + start, base + (int) parser.currentLocation().getByteOffset());
    }

    /** A NUL or a second byte order mark among the first bytes would make the parser choose another encoding. */
    private static boolean guessedAsUtf16(byte[] message, int from, int to) {
        if (from < to && message[from] == (byte) 0xef) {
            return true;
        }
        for (int i = from; i < Math.min(from + 4, to); i++) {
            if (message[i] == 0) {
                return true;
            }
        }
        return false;
    }

    private static Envelope failed(byte[] message, Span whole, Kind kind, String problem) {
        return new Envelope(message, whole, kind, problem, null, Span.NONE, Span.NONE, Details.NONE);
    }

    private static String at(JsonParser parser) {
        return " (byte " + parser.currentTokenLocation().getByteOffset() + ")";
    }

    private static String at(JsonProcessingException e) {
        return e.getLocation() == null ? "" : " (byte " + e.getLocation().getByteOffset() + ")";
    }
}

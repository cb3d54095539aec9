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
            return new MessageMembers(json, message, whole, limits.maxIdLength(), targets).read();
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
    static Span skip(StrictJson json) throws Unreadable {
        json.first();
        int start = json.at();
        json.skip();
        return new Span(start, json.at());
    }

    private static Envelope failed(byte[] message, Span whole, Kind kind, String problem) {
        return new Envelope(message, whole, kind, problem, null, Span.NONE, Span.NONE, Details.NONE);
    }
}

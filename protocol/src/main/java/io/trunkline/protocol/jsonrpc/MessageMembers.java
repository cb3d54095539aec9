package io.trunkline.protocol.jsonrpc;

import io.trunkline.protocol.jsonrpc.Envelope.Details;
import io.trunkline.protocol.jsonrpc.Envelope.Kind;
import io.trunkline.protocol.jsonrpc.Envelope.Span;
import io.trunkline.protocol.jsonrpc.StrictJson.Unreadable;
import org.jspecify.annotations.Nullable;

/** The members of one message object that matter, in whatever order they come. */
final class MessageMembers {
    /** The names of members that say something. */
    private static final String[] NAMES = {
        "jsonrpc", "id", "method", "params", EnvelopeReader.EDGE, "result", "error",
    };

    private static final String[] PARAMS = {"_meta", "name", "uri", "taskId", "notifications"};
    private static final String[] META = {EnvelopeReader.META_VERSION, EnvelopeReader.META_CAPABILITIES};

    private final StrictJson json;
    private final byte[] message;
    private final Span whole;
    private final int maxIdLength;
    private final boolean targets;
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

    /**
     * Nothing read yet.
     *
     * @param maxIdLength bytes of an id
     * @param targets whether the envelope is to have a {@linkplain Envelope#target target}
     */
    MessageMembers(StrictJson json, byte[] message, Span whole, int maxIdLength, boolean targets) {
        this.json = json;
        this.message = message;
        this.whole = whole;
        this.maxIdLength = maxIdLength;
        this.targets = targets;
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
                case EnvelopeReader.EDGE -> edge = EnvelopeReader.skip(json);
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
        id = EnvelopeReader.skip(json);
        badId = !(first == '"' || isInteger(id)) || id.end() - id.start() > maxIdLength;
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
                case EnvelopeReader.META_VERSION -> declared = skipsText() ? json.text() : null;
                case EnvelopeReader.META_CAPABILITIES -> {
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
            return "\"id\" is not an integer or a string of at most " + maxIdLength + " bytes";
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

package io.trunkline.node.mcp;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import io.trunkline.node.mcp.catalog.Catalog;
import io.trunkline.node.mcp.catalog.RegisteredResource;
import io.trunkline.node.mcp.catalog.RegisteredTemplate;
import io.trunkline.node.mcp.catalog.UriTemplate;
import io.trunkline.node.mcp.state.SessionState;
import io.trunkline.node.mcp.wire.ContentWriter;
import io.trunkline.node.mcp.wire.Meta;
import io.trunkline.node.mcp.wire.Params;
import io.trunkline.node.mcp.wire.RpcFault;
import io.trunkline.node.spi.Content;
import io.trunkline.node.spi.Handler;
import io.trunkline.node.spi.NotFoundException;
import io.trunkline.node.spi.ReadCall;
import io.trunkline.node.spi.Resource;
import io.trunkline.node.spi.ToolException;
import io.trunkline.protocol.jsonrpc.Envelope;
import io.trunkline.protocol.jsonrpc.Messages;
import io.trunkline.protocol.jsonrpc.Methods;
import io.trunkline.protocol.jsonrpc.ProtocolVersion;
import io.trunkline.protocol.uri.NormalUri;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/** The methods about resources: their lists, reading one, and subscribing to one. */
final class ResourceMethods {

    private final McpServer server;
    private final Catalog catalog;

    /** A resource that was found, with what its handler is to be told. */
    private record Found(
            String uri,
            String name,
            Handler<ReadCall, List<Content.ResourceContents>> handler,
            Map<String, String> variables) {}

    /** What {@code resources/read} asks for. */
    record Reading(String uri, Meta meta) {}

    ResourceMethods(McpServer server, Catalog catalog) {
        this.server = server;
        this.catalog = catalog;
    }

    /** {@code resources/list}: sorted by URI, in pages. */
    void list(Conversation conversation, Request request, JsonNode params) throws RpcFault {
        server.answerList(
                request, catalog.resources().listing().page(request.version(), Params.optionalText(params, "cursor")));
    }

    /** {@code resources/templates/list}: sorted, in pages. */
    void listTemplates(Conversation conversation, Request request, JsonNode params) throws RpcFault {
        server.answerList(
                request, catalog.templates().listing().page(request.version(), Params.optionalText(params, "cursor")));
    }

    /** Reads the parameters of {@code resources/read}. */
    Reading prepareRead(Envelope request) throws RpcFault {
        return new Reading(uri(Params.of(request, server.json().mapper())), Meta.of(request, server.json().mapper()));
    }

    /** {@code resources/read}. */
    void read(Conversation conversation, Request request, Reading reading) throws RpcFault {
        new ReadRun(conversation, request, reading.meta(), find(reading.uri())).start();
    }

    /** {@code resources/subscribe}. Once more changes nothing. */
    void subscribe(Conversation conversation, Request request, JsonNode params) throws RpcFault {
        String uri = uri(params);
        SessionState state = conversation.state();
        if (same(state, uri).isEmpty()) {
            find(uri);
            SortedSet<String> more = new TreeSet<>(state.subscriptions());
            more.add(uri);
            SessionState next = state.withSubscriptions(more);
            server.checkpoints().requireRoom(next, conversation.values());
            server.audience().subscribe(conversation, uri);
            conversation.change(next);
        }
        request.answer(Messages.emptyResult(request.envelope()));
    }

    /** {@code resources/unsubscribe}. Without a subscription it changes nothing. */
    void unsubscribe(Conversation conversation, Request request, JsonNode params) throws RpcFault {
        String uri = uri(params);
        SessionState state = conversation.state();
        List<String> same = same(state, uri);
        if (!same.isEmpty()) {
            TreeSet<String> less = new TreeSet<>(state.subscriptions());
            less.removeAll(same);
            same.forEach(one -> server.audience().unsubscribe(conversation, one));
            conversation.change(state.withSubscriptions(less));
        }
        request.answer(Messages.emptyResult(request.envelope()));
    }

    /** The subscriptions to a resource, however they were written. */
    private static List<String> same(SessionState state, String uri) {
        return state.subscriptions().stream()
                .filter(one -> NormalUri.same(one, uri))
                .toList();
    }

    private Found find(String uri) throws RpcFault {
        String normal = NormalUri.of(uri);
        RegisteredResource exact = catalog.resources().listing().find(normal);
        if (exact != null) {
            // The handler may know it by what it has registered, and by nothing else.
            String own = exact.resource().uri();
            return new Found(own, "resource " + own, exact.resource().handler(), Map.of());
        }
        RegisteredTemplate best = null;
        Map<String, String> variables = Map.of();
        boolean mayMatch = UriTemplate.mayMatch(uri);
        for (RegisteredTemplate template : catalog.templates().listing().items()) {
            if (best != null && template.form().literalLength() <= best.form().literalLength()) {
                continue;
            }
            Map<String, String> match = mayMatch ? template.form().match(normal) : null;
            if (match != null) {
                best = template;
                variables = match;
            }
        }
        if (best == null) {
            throw RpcFault.notFound(uri, "Resource not found");
        }
        return new Found(
                uri,
                "resource template " + best.template().uriTemplate(),
                best.template().handler(),
                variables);
    }

    private static String uri(JsonNode params) throws RpcFault {
        String uri = Params.text(params, "uri");
        if (uri.isEmpty() || uri.length() > Resource.MAX_URI) {
            throw RpcFault.invalidParams(
                    "\"uri\" has " + uri.length() + " characters (expected: 1 to " + Resource.MAX_URI + ")");
        }
        return uri;
    }

    /** One reading of a resource. */
    private static final class ReadRun extends HandlerRun<ReadCall, List<Content.ResourceContents>>
            implements ReadCall {

        private final Found found;

        ReadRun(Conversation conversation, Request request, Meta meta, Found found) {
            super(conversation, request, meta, found.name(), found.handler());
            this.found = found;
        }

        @Override
        byte[] digest() {
            return digest(Methods.RESOURCES_READ, found.uri(), Map.of());
        }

        @Override
        ReadCall call() {
            return this;
        }

        @Override
        void write(JsonGenerator json, List<Content.ResourceContents> parts, ProtocolVersion version)
                throws IOException, RpcFault {
            if (parts.isEmpty()) {
                throw RpcFault.notFound(found.uri(), "Resource not found");
            }
            json.writeArrayFieldStart("contents");
            for (Content.ResourceContents part : parts) {
                ContentWriter.writeResource(json, part, version);
            }
            json.writeEndArray();
            if (version.stateless()) {
                conversation().server().resultFields().writeReadHints(json);
            }
        }

        @Override
        RpcFault fault(ToolException meant, String text) {
            return meant instanceof NotFoundException ? RpcFault.notFound(found.uri(), text) : super.fault(meant, text);
        }

        @Override
        public String uri() {
            return found.uri();
        }

        @Override
        public Map<String, String> variables() {
            return found.variables();
        }
    }
}

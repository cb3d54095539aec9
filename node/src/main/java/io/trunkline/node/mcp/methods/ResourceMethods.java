package io.trunkline.node.mcp.methods;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import io.trunkline.node.mcp.call.CallPlace;
import io.trunkline.node.mcp.call.HandlerWork;
import io.trunkline.node.mcp.call.OpenCall;
import io.trunkline.node.mcp.call.Request;
import io.trunkline.node.mcp.call.Rounds;
import io.trunkline.node.mcp.catalog.Catalog;
import io.trunkline.node.mcp.catalog.RegisteredResource;
import io.trunkline.node.mcp.catalog.RegisteredTemplate;
import io.trunkline.node.mcp.catalog.UriTemplate;
import io.trunkline.node.mcp.changes.Audience;
import io.trunkline.node.mcp.kit.Json;
import io.trunkline.node.mcp.state.SessionState;
import io.trunkline.node.mcp.wire.ContentWriter;
import io.trunkline.node.mcp.wire.Meta;
import io.trunkline.node.mcp.wire.Params;
import io.trunkline.node.mcp.wire.ResultFields;
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

/** The methods about one resource: reading it, and subscribing to it. */
final class ResourceMethods {

    private final Json json;
    private final Catalog catalog;
    private final ResultFields fields;
    private final Audience audience;

    /** A resource that was found, with what its handler is to be told. */
    private record Found(
            String uri,
            String name,
            Handler<ReadCall, List<Content.ResourceContents>> handler,
            Map<String, String> variables) {}

    /** What {@code resources/read} asks for. */
    public record Reading(String uri, Meta meta) {}

    ResourceMethods(Json json, Catalog catalog, ResultFields fields, Audience audience) {
        this.json = json;
        this.catalog = catalog;
        this.fields = fields;
        this.audience = audience;
    }

    /** Reads the parameters of {@code resources/read}. */
    Reading prepareRead(Envelope request) throws RpcFault {
        return new Reading(uri(Params.of(request, json.mapper())), Meta.of(request, json.mapper()));
    }

    /** {@code resources/read}. */
    void read(SessionContext session, Request request, Reading reading) throws RpcFault {
        Found found = find(reading.uri());
        OpenRead call = new OpenRead(session.calls(), request, reading.meta(), found);
        HandlerWork.start(call, call, found.handler(), new ReadForm(found, fields));
    }

    /** {@code resources/subscribe}. Once more changes nothing. */
    void subscribe(SessionContext session, Request request, JsonNode params) throws RpcFault {
        String uri = uri(params);
        SessionState state = session.book().state();
        if (same(state, uri).isEmpty()) {
            find(uri);
            SortedSet<String> more = new TreeSet<>(state.subscriptions());
            more.add(uri);
            SessionState next = state.withSubscriptions(more);
            session.book().requireRoom(next);
            if (session.listener() != null) {
                audience.subscribe(session.listener(), uri);
            }
            session.book().change(next);
        }
        request.answer(Messages.emptyResult(request.envelope()));
    }

    /** {@code resources/unsubscribe}. Without a subscription it changes nothing. */
    void unsubscribe(SessionContext session, Request request, JsonNode params) throws RpcFault {
        String uri = uri(params);
        SessionState state = session.book().state();
        List<String> same = same(state, uri);
        if (!same.isEmpty()) {
            TreeSet<String> less = new TreeSet<>(state.subscriptions());
            less.removeAll(same);
            if (session.listener() != null) {
                same.forEach(one -> audience.unsubscribe(session.listener(), one));
            }
            session.book().change(state.withSubscriptions(less));
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
            String own = exact.item().uri();
            return new Found(own, "resource " + own, exact.item().handler(), Map.of());
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
                "resource template " + best.item().uriTemplate(),
                best.item().handler(),
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

    /** One reading of a resource, as its handler sees it. */
    private static final class OpenRead extends OpenCall implements ReadCall {

        private final Found found;

        OpenRead(CallPlace place, Request request, Meta meta, Found found) {
            super(place, request, meta, found.name(), Rounds.of(Methods.RESOURCES_READ, found.uri(), Map.of()));
            this.found = found;
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

    /** The result of {@code resources/read}. */
    private record ReadForm(Found found, ResultFields fields)
            implements HandlerWork.ResultForm<List<Content.ResourceContents>> {

        @Override
        public void write(JsonGenerator json, List<Content.ResourceContents> parts, ProtocolVersion version)
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
                fields.writeReadHints(json);
            }
        }

        @Override
        public RpcFault fault(ToolException meant, String text) {
            return meant instanceof NotFoundException
                    ? RpcFault.notFound(found.uri(), text)
                    : HandlerWork.ResultForm.super.fault(meant, text);
        }
    }
}

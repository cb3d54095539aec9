package io.trunkline.node.mcp.methods;

import io.trunkline.node.guard.Guard;
import io.trunkline.node.mcp.catalog.Catalog;
import io.trunkline.node.mcp.kit.Json;
import io.trunkline.node.mcp.wire.CallParams;
import io.trunkline.node.mcp.wire.EdgeNotes;
import io.trunkline.node.mcp.wire.RpcFault;
import io.trunkline.node.spi.Principal;
import io.trunkline.protocol.control.CallLost;
import io.trunkline.protocol.jsonrpc.Envelope;
import io.trunkline.protocol.jsonrpc.EnvelopeReader;
import io.trunkline.protocol.jsonrpc.Methods;
import org.jspecify.annotations.Nullable;

/** What is known of messages that came here after the nodes that had them were lost. Thread-safe; never throws. */
public final class LostCalls {

    private final MethodTable methods;
    private final ToolMethods tools;
    private final Catalog catalog;
    private final Guard guard;
    private final Json json;
    private final int maxBatch;

    /**
     * @param maxBatch members of a batch that are looked at
     */
    LostCalls(MethodTable methods, ToolMethods tools, Catalog catalog, Guard guard, Json json, int maxBatch) {
        this.methods = methods;
        this.tools = tools;
        this.catalog = catalog;
        this.guard = guard;
        this.json = json;
        this.maxBatch = maxBatch;
    }

    /**
     * Whether a client message may be handled a second time when it is unknown whether it was handled: when it only
     * reads, when doing it again changes nothing more, or when it will be refused anyway.
     */
    public boolean safeToRepeat(byte[] message) {
        return safeToRepeat(json.reader().read(message));
    }

    private boolean safeToRepeat(Envelope message) {
        return switch (message.kind()) {
            case REQUEST -> {
                MethodTable.Method<?> method = methods.request(message.method());
                yield method == null
                        || method.is(MethodTable.Trait.REPEATABLE)
                        || (message.method().equals(Methods.TOOLS_CALL) && tools.safeToRepeat(message));
            }
            case BATCH -> json.reader().members(message, maxBatch).stream().allMatch(this::safeToRepeat);
            case NOTIFICATION, RESPONSE, INVALID, UNREADABLE -> true;
        };
    }

    /** Whether the message has no request that could have ended its nodes: one that only listens is no run. */
    public boolean runsNothing(byte[] message) {
        Envelope envelope = json.reader().read(message);
        return switch (envelope.kind()) {
            case REQUEST -> envelope.method().equals(Methods.SUBSCRIPTIONS_LISTEN);
            case BATCH -> false;
            case NOTIFICATION, RESPONSE, INVALID, UNREADABLE -> true;
        };
    }

    /**
     * Counts the tools that the message calls.
     *
     * @param owner of the session that it belongs to
     * @param node the last one that was lost with it
     * @param losses how many were
     */
    public void count(byte[] message, Principal owner, String node, int losses) {
        Envelope envelope = json.reader().read(message);
        if (envelope.kind() == Envelope.Kind.BATCH) {
            json.reader().members(envelope, maxBatch).forEach(member -> count(member, owner, node, losses));
        } else {
            count(envelope, owner, node, losses);
        }
    }

    private void count(Envelope message, Principal owner, String node, int losses) {
        String tool =
                message.kind() == Envelope.Kind.REQUEST && message.method().equals(Methods.TOOLS_CALL)
                        ? tool(message)
                        : null;
        if (tool != null) {
            String principal = message.hasEdgeMember() ? told(message) : owner.id();
            guard.circuits().lost(new CallLost(tool, principal, node, losses));
        }
    }

    /** The name of a tool that there is; null for anything else a client may have sent. */
    private @Nullable String tool(Envelope call) {
        try {
            String name =
                    CallParams.read(call, json.mapper(), json.mapper().reader()).tool();
            return catalog.tools().listing().find(name) == null ? null : name;
        } catch (RpcFault fault) {
            return null;
        }
    }

    /** Who asks without a session, as the edge says under {@link EnvelopeReader#EDGE}. */
    private String told(Envelope message) {
        try {
            return EdgeNotes.of(message, json.mapper()).principal().id();
        } catch (RpcFault fault) {
            return Principal.NOBODY.id();
        }
    }
}

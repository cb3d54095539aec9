package io.trunkline.balancer.stateless;

import io.trunkline.balancer.assign.ByAffinity;
import io.trunkline.protocol.jsonrpc.Envelope;
import io.trunkline.protocol.jsonrpc.Methods;
import io.trunkline.protocol.session.SessionId;
import io.trunkline.protocol.uri.NormalUri;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which requests without a session meet the same node, beyond what the policy does: those for a task, whose id names a
 * slot, and those that the settings name. Immutable.
 */
public final class Affinity {
    private static final String PARAM = "param:";
    private static final String TOOL = "tool";
    private static final String PRINCIPAL = "principal";

    private final List<String> sources;

    /**
     * An affinity by the first of these that a request has.
     *
     * @param sources {@code tool}, {@code principal}, or {@code param:} and the name behind {@code Mcp-Param-}
     */
    public Affinity(List<String> sources) {
        this.sources = sources.stream()
                .map(source -> source.startsWith(PARAM) ? source.toLowerCase(Locale.ROOT) : source)
                .toList();
    }

    /**
     * What the request has in common with those that are to meet the same node; null when that is nothing.
     *
     * @param params see {@link EdgeMember#params}
     * @param principal who asks, or null when that is not known
     */
    @Nullable
    public String of(Envelope request, Map<String, String> params, @Nullable String principal) {
        String task = taskOf(request);
        int slot = task == null ? -1 : SessionId.prefixSlot(task);
        if (slot >= 0) {
            // Whatever else is wanted: the task runs there.
            return ByAffinity.ofSlot(slot);
        }
        for (String source : sources) {
            String value = value(source, request, params, principal);
            if (value != null) {
                // A tool and a parameter may have the same name.
                return source + '\n' + value;
            }
        }
        return null;
    }

    private static @Nullable String taskOf(Envelope request) {
        return switch (request.method()) {
            case Methods.TASKS_GET, Methods.TASKS_UPDATE, Methods.TASKS_CANCEL, Methods.SUBSCRIPTIONS_LISTEN ->
                request.target();
            default -> null;
        };
    }

    private static @Nullable String value(
            String source, Envelope request, Map<String, String> params, @Nullable String principal) {
        return switch (source) {
            case TOOL -> Methods.TOOLS_CALL.equals(request.method()) ? request.target() : null;
            case PRINCIPAL -> principal;
            default -> normal(params.get(source.substring(PARAM.length())));
        };
    }

    /** A resource is the same one, however its URI is written. */
    private static @Nullable String normal(@Nullable String value) {
        return value == null ? null : NormalUri.of(value);
    }
}

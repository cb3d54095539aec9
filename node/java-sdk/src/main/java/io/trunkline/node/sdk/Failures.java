package io.trunkline.node.sdk;

import com.fasterxml.jackson.databind.JsonNode;
import io.modelcontextprotocol.spec.McpError;
import io.modelcontextprotocol.spec.McpSchema.ErrorCodes;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCResponse.JSONRPCError;
import io.trunkline.node.spi.Call;
import io.trunkline.node.spi.ClientException;
import io.trunkline.node.spi.NotFoundException;
import io.trunkline.node.spi.ReadCall;
import io.trunkline.node.spi.RpcException;
import io.trunkline.node.spi.ToolException;
import io.trunkline.node.spi.UrlElicitation;
import io.trunkline.node.spi.UrlElicitationRequiredException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import reactor.core.Exceptions;

/**
 * Failures on their way between handlers and the engine. As in the SDK, whatever a handler throws becomes a JSON-RPC
 * error with its message; what is behind it goes to the node's log only.
 */
final class Failures {

    private Failures() {}

    /** What a handler threw, as the engine understands it. */
    static Exception ofHandler(Exception thrown, Call call) {
        Throwable cause = Exceptions.unwrap(thrown);
        if (cause instanceof McpError error && error.getJsonRpcError() != null) {
            return ofError(error, error.getJsonRpcError(), call);
        }
        if (cause instanceof ToolException || cause instanceof CancellationException) {
            return (Exception) cause;
        }
        String message = cause.getMessage();
        return new RpcException(
                ErrorCodes.INTERNAL_ERROR, message == null ? cause.getClass().getSimpleName() : message, null, cause);
    }

    /** Errors that the engine knows are left to it: how they are written depends on the client. */
    private static ToolException ofError(McpError error, JSONRPCError rpc, Call call) {
        JsonNode data = rpc.data() == null ? null : Json.tree(rpc.data());
        if (rpc.code() == ErrorCodes.RESOURCE_NOT_FOUND && call instanceof ReadCall) {
            return new NotFoundException(rpc.message());
        }
        if (rpc.code() == ErrorCodes.URL_ELICITATION_REQUIRED) {
            return new UrlElicitationRequiredException(rpc.message(), visits(data));
        }
        return new RpcException(rpc.code(), rpc.message(), data, error.getCause());
    }

    private static List<UrlElicitation> visits(@Nullable JsonNode data) {
        List<UrlElicitation> visits = new ArrayList<>();
        if (data != null) {
            for (JsonNode visit : data.path("elicitations")) {
                visits.add(Questions.visit(visit));
            }
        }
        return visits;
    }

    /** Why a question to the client has no answer, as the SDK's handlers know it. */
    static Throwable ofQuestion(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (!(cause instanceof ToolException meant)) {
            return cause;
        }
        int code = meant instanceof ClientException refused ? refused.code() : ErrorCodes.INTERNAL_ERROR;
        McpError error = new McpError(new JSONRPCError(code, String.valueOf(meant.getMessage())));
        error.initCause(meant);
        return error;
    }
}

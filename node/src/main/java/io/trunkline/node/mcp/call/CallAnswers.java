package io.trunkline.node.mcp.call;

import com.fasterxml.jackson.databind.JsonNode;
import io.trunkline.node.mcp.wire.MissingCapabilityException;
import io.trunkline.node.mcp.wire.RpcFault;
import io.trunkline.node.spi.RpcException;
import io.trunkline.node.spi.ToolException;
import io.trunkline.node.spi.UrlElicitationRequiredException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** Turns what work has come to into the answer of its request. Usable from any thread; never throws. */
public final class CallAnswers {

    /** Characters of an error's message that the client gets. */
    private static final int MAX_TEXT = 4096;

    private CallAnswers() {}

    /**
     * What is different for each kind of work.
     *
     * @param <R> what the work returns
     */
    public interface Form<R> {

        /** What runs, for the operator. */
        String name();

        /** The answer for a result. */
        byte[] result(R result) throws Exception;

        /** The answer for a failure that the client may read. */
        byte[] failure(ToolException meant);

        /** The answer for a failure whose details are not for the client. */
        byte[] unexpected(Throwable cause);
    }

    /** The answer of a handler that was called. */
    static <R> byte[] of(OpenCall call, Form<R> form, @Nullable R result, @Nullable Throwable failure) {
        if (unwrapped(failure) instanceof UrlElicitationRequiredException required
                && call.features().urls()) {
            return visits(call, required);
        }
        return of(call.place().environment(), call.request(), form, result, failure);
    }

    /** The answer that sends the user to URLs first. */
    private static byte[] visits(OpenCall call, UrlElicitationRequiredException required) {
        Request request = call.request();
        try {
            byte[] answer = request.stateless() ? call.asking().visits(required.elicitations()) : null;
            return answer == null ? request.error(RpcFault.urlElicitationRequired(required)) : answer;
        } catch (RpcFault fault) {
            return request.error(fault);
        }
    }

    /** The answer of work without a handler. */
    public static <R> byte[] of(
            CallEnvironment environment,
            Request request,
            Form<R> form,
            @Nullable R result,
            @Nullable Throwable failure) {
        Throwable cause = unwrapped(failure);
        Throwable behind = cause instanceof RpcException ? cause.getCause() : cause;
        if (behind instanceof MissingCapabilityException missing && request.stateless()) {
            return request.error(RpcFault.missingCapability(missing));
        }
        if (cause instanceof RpcException meant) {
            return error(environment, request, form.name(), meant);
        }
        if (cause instanceof ToolException meant) {
            return form.failure(meant);
        }
        if (cause != null || result == null) {
            return form.unexpected(cause == null ? new NullPointerException("the handler returned null") : cause);
        }
        try {
            return form.result(result);
        } catch (Throwable e) {
            return form.unexpected(e);
        }
    }

    /** The error that a handler wants its request to end with. What is behind it is for the operator. */
    private static byte[] error(CallEnvironment environment, Request request, String name, RpcException meant) {
        if (meant.getCause() != null && !(meant.getCause() instanceof ToolException)) {
            environment.failures().toolFailed(name, meant.getCause());
        }
        JsonNode data = meant.data();
        return request.error(new RpcFault(
                meant.code(),
                text(meant, name),
                data == null || data.toString().length() > environment.answerBytes() ? null : data));
    }

    /** What a failure says, as much of it as the client gets. */
    static String text(Exception meant, String name) {
        String message = meant.getMessage();
        String text = message == null ? name + " failed" : message;
        return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT) + "...";
    }

    /** What failed, without the wrapping of futures. */
    private static @Nullable Throwable unwrapped(@Nullable Throwable failure) {
        Throwable cause = failure;
        // A few at most: a handler may pass on what another stage told it.
        for (int i = 0; i < 4 && cause != null; i++) {
            if (!(cause instanceof CompletionException || cause instanceof ExecutionException)) {
                return cause;
            }
            cause = cause.getCause() == null ? cause : cause.getCause();
        }
        return cause;
    }
}

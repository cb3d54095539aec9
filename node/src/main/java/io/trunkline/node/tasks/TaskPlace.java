package io.trunkline.node.tasks;

import io.trunkline.node.mcp.call.CallEnvironment;
import io.trunkline.node.mcp.call.CallPlace;
import io.trunkline.node.mcp.call.InFlight;
import io.trunkline.node.mcp.call.Request;
import io.trunkline.node.mcp.kit.Speaker;
import io.trunkline.node.mcp.state.Checkpoint;
import io.trunkline.node.mcp.state.SessionBook;
import io.trunkline.node.mcp.wire.RpcFault;
import io.trunkline.node.spi.Principal;

/** Where one task runs: apart from every session, with a thread of its own. Usable from any thread. */
final class TaskPlace {

    private final CallEnvironment environment;
    private final Speaker speaker;
    private final InFlight<Start> inFlight;
    private final CallPlace calls;

    /** Starts the call of a task. */
    @FunctionalInterface
    interface Start {
        void start(CallPlace place, Request request) throws RpcFault;
    }

    TaskPlace(CallEnvironment environment, Speaker.Outlet outlet) {
        this.environment = environment;
        this.speaker = new Speaker(outlet, environment.failures());
        this.inFlight = new InFlight<>(
                environment.settings().limits(),
                environment.held(),
                environment.json().factory(),
                () -> {},
                this::startNow);
        SessionBook nothing = new SessionBook(
                new Checkpoint(environment.json().mapper()),
                environment.json().mapper(),
                speaker,
                checkpoint -> {},
                id -> {},
                new byte[0],
                Principal.NOBODY);
        this.calls = new CallPlace(environment, speaker, nothing, inFlight);
    }

    void run(Request request, Start call) {
        post(() -> start(request, call));
    }

    /** The same at once, on the task's thread. */
    void start(Request request, Start call) {
        inFlight.submit(request, call);
    }

    private void startNow(Request request, Start call) {
        try {
            call.start(calls, request);
        } catch (Throwable e) {
            request.answerFailure(e, environment.failures());
        }
    }

    void post(Runnable task) {
        speaker.post(task);
    }

    /** Cancels the call with this key, if it has not ended. */
    void cancel(String key) {
        post(() -> inFlight.cancel(key));
    }

    /** Stops what runs. */
    void close() {
        post(() -> {
            speaker.close();
            inFlight.close();
        });
    }
}

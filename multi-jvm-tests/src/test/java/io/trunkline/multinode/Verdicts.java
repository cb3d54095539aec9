package io.trunkline.multinode;

import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;

/** What a launcher JVM reports of a test class, by the name of the step. */
final class Verdicts implements TestExecutionListener {

    private final Map<String, TestExecutionResult> results = new ConcurrentHashMap<>();

    @Override
    public void executionFinished(TestIdentifier identifier, TestExecutionResult result) {
        // The engine around the classes ends last, and well: it must not hide the failure of a class.
        results.merge(
                StepRecorder.stepName(identifier),
                result,
                (earlier, later) -> earlier.getStatus() == Status.SUCCESSFUL ? later : earlier);
    }

    /** Null when the step was not reached. */
    @Nullable
    Status statusOf(String step) {
        TestExecutionResult result = results.get(step);
        return result == null ? null : result.getStatus();
    }

    /** The message of the failure; empty when there is none. */
    String messageOf(String step) {
        TestExecutionResult result = results.get(step);
        return result == null
                ? ""
                : result.getThrowable()
                        .map(thrown -> Objects.requireNonNullElse(thrown.getMessage(), ""))
                        .orElse("");
    }
}

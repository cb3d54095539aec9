package io.trunkline.multinode;

import io.trunkline.multinode.StepResult.Status;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;

/** Writes what JUnit says about each step to the node's results file as it happens, and to its log. */
final class StepRecorder implements TestExecutionListener {

    private final Path results;
    private volatile boolean failure;

    StepRecorder(Path results) {
        this.results = results;
    }

    /** Whether any step, or the class around them, failed. */
    boolean sawFailure() {
        return failure;
    }

    @Override
    public void executionStarted(TestIdentifier identifier) {
        if (identifier.isTest()) {
            append(identifier, Status.STARTED, "");
        }
    }

    @Override
    public void executionSkipped(TestIdentifier identifier, String reason) {
        append(identifier, Status.SKIPPED, reason);
    }

    @Override
    public void executionFinished(TestIdentifier identifier, TestExecutionResult result) {
        if (result.getStatus() != TestExecutionResult.Status.SUCCESSFUL) {
            failure = true;
            append(
                    identifier,
                    Status.FAILED,
                    result.getThrowable().map(StepRecorder::stackTrace).orElse(""));
        } else if (identifier.isTest()) {
            append(identifier, Status.PASSED, "");
        }
    }

    private synchronized void append(TestIdentifier identifier, Status status, String text) {
        StepResult result = new StepResult(stepName(identifier), status, Instant.now(), text);
        System.out.println("=== " + result.step() + ": " + status + (text.isEmpty() ? "" : ": " + text));
        try {
            Files.writeString(results, result.toLine() + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The method's name, or {@link StepResult#WHOLE_CLASS} for what is not a step. */
    static String stepName(TestIdentifier identifier) {
        return identifier
                .getSource()
                .filter(MethodSource.class::isInstance)
                .map(MethodSource.class::cast)
                .map(MethodSource::getMethodName)
                .orElse(StepResult.WHOLE_CLASS);
    }

    private static String stackTrace(Throwable thrown) {
        StringWriter text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}

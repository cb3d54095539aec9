package io.trunkline.multinode;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/**
 * The half of {@link MultiNodeTest} that works in a node JVM: starts the node's actor system, hands it to the steps and
 * skips those that come after a failure or after the node's own planned end. Does nothing in the launcher JVM.
 */
final class NodeSide
        implements BeforeAllCallback,
                AfterAllCallback,
                ParameterResolver,
                ExecutionCondition,
                TestExecutionExceptionHandler {

    private static final Namespace NAMESPACE = Namespace.create(NodeSide.class);
    private static final String STEP_FAILED = "step-failed";

    @Override
    public void beforeAll(ExtensionContext context) throws ReflectiveOperationException {
        if (!NodeJvm.isThisJvm()) {
            return;
        }
        Roles roles = LauncherSide.newRoles(LauncherSide.settingsOf(context.getRequiredTestClass()));
        MultiNode node = new MultiNode(roles, NodeJvm.files());
        VersionGuard.check(node.system());
        node.multiNodeSpecBeforeAll();
        ExtensionContext.Store store = context.getStore(NAMESPACE);
        store.put(MultiNode.class, node);
        store.put(Roles.class, roles);
    }

    /**
     * Leaves the test in an orderly way. After a failure the JVM just ends, so that the others' barriers fail at once.
     */
    @Override
    public void afterAll(ExtensionContext context) {
        MultiNode node = nodeOf(context);
        if (node != null && !hasFailed(context)) {
            node.multiNodeSpecAfterAll();
        }
    }

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable thrown) throws Throwable {
        if (NodeJvm.isThisJvm()) {
            context.getParent()
                    .ifPresent(testClass -> testClass.getStore(NAMESPACE).put(STEP_FAILED, true));
        }
        throw thrown;
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        if (context.getTestMethod().isEmpty()) {
            return ConditionEvaluationResult.enabled("steps decide for themselves");
        }
        if (hasFailed(context)) {
            return ConditionEvaluationResult.disabled("an earlier step failed on this node");
        }
        MultiNode node = nodeOf(context);
        return node != null && node.system().whenTerminated().isCompleted()
                ? ConditionEvaluationResult.disabled("this node was shut down")
                : ConditionEvaluationResult.enabled("nothing has gone wrong so far");
    }

    /** Whether steps may ask for a parameter of this type. */
    static boolean provides(Class<?> type) {
        return type == MultiNode.class || Roles.class.isAssignableFrom(type);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return NodeJvm.isThisJvm() && provides(parameter.getParameter().getType());
    }

    @Override
    public @Nullable Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return context.getStore(NAMESPACE).get(type == MultiNode.class ? MultiNode.class : Roles.class);
    }

    private static @Nullable MultiNode nodeOf(ExtensionContext context) {
        return context.getStore(NAMESPACE).get(MultiNode.class, MultiNode.class);
    }

    private static boolean hasFailed(ExtensionContext context) {
        return context.getStore(NAMESPACE).get(STEP_FAILED) != null;
    }
}

package io.trunkline.multinode;

import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;

/**
 * The half of {@link MultiNodeTest} that works in the launcher JVM: runs the whole launch before the first step, skips
 * the bodies of all methods and reports for each step what the nodes made of it. Does nothing in a node JVM.
 */
// Compilers before JDK 22 do not see that JUnit's Void is nullable, later ones do: no spelling pleases both.
@SuppressWarnings("NullAway")
final class LauncherSide implements BeforeAllCallback, InvocationInterceptor, ParameterResolver {

    private static final Namespace NAMESPACE = Namespace.create(LauncherSide.class);

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        if (NodeJvm.isThisJvm()) {
            return;
        }
        Class<?> testClass = context.getRequiredTestClass();
        MultiNodeTest settings = settingsOf(testClass);
        LaunchReport report = Launch.run(testClass, newRoles(settings), settings);
        context.getStore(NAMESPACE).put(LaunchReport.class, report);
        report.failIfBrokenOutsideSteps();
    }

    static MultiNodeTest settingsOf(Class<?> testClass) {
        return Objects.requireNonNull(testClass.getAnnotation(MultiNodeTest.class), testClass::getName);
    }

    static Roles newRoles(MultiNodeTest settings) throws ReflectiveOperationException {
        Constructor<? extends Roles> constructor = settings.value().getDeclaredConstructor();
        constructor.setAccessible(true);
        return constructor.newInstance();
    }

    @Override
    public void interceptTestMethod(
            Invocation<Void> body, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        if (NodeJvm.isThisJvm()) {
            body.proceed();
            return;
        }
        body.skip();
        LaunchReport report = context.getStore(NAMESPACE).get(LaunchReport.class, LaunchReport.class);
        Objects.requireNonNull(report, "report of the launch")
                .failIfBroken(context.getRequiredTestMethod().getName());
    }

    @Override
    public void interceptBeforeAllMethod(
            Invocation<Void> body, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        runInNodesOnly(body);
    }

    @Override
    public void interceptBeforeEachMethod(
            Invocation<Void> body, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        runInNodesOnly(body);
    }

    @Override
    public void interceptAfterEachMethod(
            Invocation<Void> body, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        runInNodesOnly(body);
    }

    @Override
    public void interceptAfterAllMethod(
            Invocation<Void> body, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        runInNodesOnly(body);
    }

    private static void runInNodesOnly(Invocation<Void> body) throws Throwable {
        if (NodeJvm.isThisJvm()) {
            body.proceed();
        } else {
            body.skip();
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return !NodeJvm.isThisJvm()
                && NodeSide.provides(parameter.getParameter().getType());
    }

    /** Nothing: the body that would use it is skipped. */
    @Override
    public @Nullable Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return null;
    }
}

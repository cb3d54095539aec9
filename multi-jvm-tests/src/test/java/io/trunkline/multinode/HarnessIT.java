package io.trunkline.multinode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.pekko.remote.testconductor.RoleName;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * The harness on test classes that are meant to fail: a green build is worth as much as the red ones it does not hide.
 *
 * <p>The failing classes are nested and static, so that no build picks them up by itself. They run at the same time,
 * because most of their time is spent waiting.
 */
final class HarnessIT {

    private static final int HANG_LIMIT_SECONDS = 3;
    private static final int DEATH_CODE = 3;

    private static final Verdicts FAILED_ASSERTION = new Verdicts();
    private static final Verdicts DEATH = new Verdicts();
    private static final Verdicts HANG = new Verdicts();
    private static final Verdicts WRONG_CONFIGURATION = new Verdicts();

    @BeforeAll
    static void runTheFailingClasses() {
        // Not on the common pool: launches wait there for their processes to end, and with two processors it has one
        // thread.
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try {
            CompletableFuture.allOf(
                            CompletableFuture.runAsync(() -> run(HangingNode.class, HANG), threads),
                            CompletableFuture.runAsync(() -> run(FailedAssertion.class, FAILED_ASSERTION), threads),
                            CompletableFuture.runAsync(
                                    () -> {
                                        run(DyingNode.class, DEATH);
                                        run(WronglyConfigured.class, WRONG_CONFIGURATION);
                                    },
                                    threads))
                    .join();
        } finally {
            threads.shutdownNow();
        }
    }

    private static void run(Class<?> testClass, Verdicts verdicts) {
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(selectClass(testClass))
                                .build(),
                        verdicts);
    }

    @Test
    void aStepThatPassesOnEveryNodePasses() {
        assertThat(FAILED_ASSERTION.statusOf("bothPass")).isEqualTo(Status.SUCCESSFUL);
        assertThat(DEATH.statusOf("bothPass")).isEqualTo(Status.SUCCESSFUL);
    }

    @Test
    void aFailedAssertionIsShownWithTheNodeThatFailedFirst() {
        assertThat(FAILED_ASSERTION.statusOf("oneFails")).isEqualTo(Status.FAILED);
        assertThat(FAILED_ASSERTION.messageOf("oneFails"))
                .contains("multi-node step oneFails: second failed first")
                .containsPattern("first +FAILED")
                .containsPattern("second +FAILED +exit code 1 +<== first")
                .contains("the answer on this node");
    }

    @Test
    void stepsAfterAFailureAreNotRun() {
        assertThat(FAILED_ASSERTION.statusOf("neverRun")).isEqualTo(Status.ABORTED);
        assertThat(FAILED_ASSERTION.messageOf("neverRun")).isEqualTo("not run: second failed in an earlier step");
    }

    @Test
    void aNodeThatDiesWhileNobodyWaitsForItFailsItsStep() {
        assertThat(DEATH.statusOf("oneDies")).isEqualTo(Status.FAILED);
        assertThat(DEATH.messageOf("oneDies"))
                .contains("second failed first")
                .containsPattern("first +PASSED +exit code 0")
                .contains("exit code " + DEATH_CODE + ", was in oneDies  <== first");
    }

    @Test
    void aNodeThatHangsIsDumpedAndKilled() {
        assertThat(HANG.statusOf("hangs")).isEqualTo(Status.FAILED);
        assertThat(HANG.messageOf("hangs"))
                .contains("only failed first")
                .contains("killed: did not finish within " + HANG_LIMIT_SECONDS + " s, was in hangs")
                .contains("CountDownLatch.await")
                .contains("HangingNode.hangs");
    }

    @Test
    void aNodeThatDoesNotStartFailsTheClass() {
        assertThat(WRONG_CONFIGURATION.statusOf("neverRun")).isNull();
        assertThat(WRONG_CONFIGURATION.messageOf(StepResult.WHOLE_CLASS))
                .contains("only failed first")
                .contains("ClassNotFoundException: no.such.Provider");
    }

    @Test
    void noNodeOutlivesItsLaunch() {
        assertThat(ProcessHandle.current().descendants())
                .extracting(process -> process.info().commandLine().orElse(""))
                .noneMatch(commandLine -> commandLine.contains(NodeJvm.class.getName()));
    }

    static final class Two extends Roles {
        final RoleName first = role("first");
        final RoleName second = role("second");
    }

    static final class One extends Roles {
        final RoleName only = role("only");
    }

    static final class OneWithoutProvider extends Roles {
        final RoleName only = role("only");

        OneWithoutProvider() {
            settings("pekko.actor.provider = no.such.Provider");
        }
    }

    @MultiNodeTest(Two.class)
    static final class FailedAssertion {

        @Test
        @Order(1)
        void bothPass(MultiNode node) {
            node.barrier("passed");
        }

        @Test
        @Order(2)
        void oneFails(MultiNode node, Two roles) throws Exception {
            node.runOn(
                    roles.second,
                    () -> assertThat(41).as("the answer on this node").isEqualTo(42));
            node.barrier("never-entered-by-the-second");
        }

        @Test
        @Order(3)
        void neverRun(MultiNode node) {
            node.barrier("never-entered");
        }
    }

    @MultiNodeTest(Two.class)
    static final class DyingNode {

        @Test
        @Order(1)
        void bothPass(MultiNode node) {
            node.barrier("passed");
        }

        @Test
        @Order(2)
        void oneDies(MultiNode node, Two roles) throws Exception {
            node.runOn(roles.second, () -> Runtime.getRuntime().halt(DEATH_CODE));
        }
    }

    @MultiNodeTest(value = One.class, timeoutSeconds = HANG_LIMIT_SECONDS)
    static final class HangingNode {

        @Test
        @Order(1)
        void hangs(MultiNode node) throws InterruptedException {
            new CountDownLatch(1).await();
        }
    }

    @MultiNodeTest(OneWithoutProvider.class)
    static final class WronglyConfigured {

        @Test
        @Order(1)
        void neverRun(MultiNode node) {
            node.barrier("never-entered");
        }
    }
}

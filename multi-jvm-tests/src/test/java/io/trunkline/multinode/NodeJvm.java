package io.trunkline.multinode;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.nio.file.Path;
import java.util.List;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** The main class of a node JVM: runs one test class with JUnit, notes each step's result and ends. */
public final class NodeJvm {

    private static final String DIRECTORY = "multinode.directory";
    private static final String ROLE = "multinode.role";

    private NodeJvm() {}

    /** What follows the flags on a node's command line. */
    static List<String> arguments(NodeFiles files, Class<?> testClass) {
        return List.of(
                "-D" + DIRECTORY + "=" + files.directory(),
                "-D" + ROLE + "=" + files.role(),
                NodeJvm.class.getName(),
                testClass.getName());
    }

    /** Whether this JVM is a node; otherwise it is the launcher, or runs other tests. */
    static boolean isThisJvm() {
        return System.getProperty(ROLE) != null;
    }

    /** This node's files. */
    static NodeFiles files() {
        return new NodeFiles(Path.of(System.getProperty(DIRECTORY)), System.getProperty(ROLE));
    }

    /** Exits 0 when every step passed or was skipped as planned, otherwise 1. */
    public static void main(String[] args) {
        LauncherWatch.start();
        StepRecorder recorder = new StepRecorder(files().results());
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectClass(args[0]))
                .configurationParameter("junit.jupiter.execution.parallel.enabled", "false")
                .build();
        LauncherConfig plain = LauncherConfig.builder()
                .enableTestExecutionListenerAutoRegistration(false)
                .build();
        try (LauncherSession session = LauncherFactory.openSession(plain)) {
            session.getLauncher().execute(request, recorder);
        }
        System.out.flush();
        System.exit(recorder.sawFailure() ? 1 : 0);
    }
}

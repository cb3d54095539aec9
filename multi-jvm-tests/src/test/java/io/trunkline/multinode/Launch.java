package io.trunkline.multinode;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Runs one test class in its node JVMs and waits for all of them to end.
 *
 * <p>Nothing outlives a launch: what still runs at its deadline is dumped and killed, and what still runs when this JVM
 * dies halts by itself. Once a node has ended badly the others get a short grace, because they may wait for it in vain.
 */
final class Launch {

    private static final String HOST = "127.0.0.1";
    private static final Path BASE = Path.of("target", "multi-node");
    private static final Duration START_LIMIT = Duration.ofMinutes(2);
    private static final Duration LOOK_INTERVAL = Duration.ofMillis(200);
    private static final Duration GRACE_AFTER_FAILURE = Duration.ofSeconds(20);

    /** Silences warnings of newer JVMs; older ones ignore what they do not know. */
    private static final List<String> QUIET_FLAGS = List.of(
            "-XX:+IgnoreUnrecognizedVMOptions",
            "--sun-misc-unsafe-memory-access=allow",
            "--enable-native-access=ALL-UNNAMED");

    private final Class<?> testClass;
    private final MultiNodeTest settings;
    private final Path directory;
    private final List<NodeProcess> nodes = new ArrayList<>();

    private Launch(Class<?> testClass, MultiNodeTest settings, Path directory) {
        this.testClass = testClass;
        this.settings = settings;
        this.directory = directory;
    }

    /** Starts a JVM for each role, waits for their ends and reports. */
    static LaunchReport run(Class<?> testClass, Roles roles, MultiNodeTest settings)
            throws IOException, InterruptedException {
        Launch launch = new Launch(testClass, settings, emptyDirectory(testClass));
        try {
            launch.start(roles.names());
            launch.awaitEnds();
        } finally {
            for (NodeProcess node : launch.nodes) {
                node.kill();
            }
        }
        List<NodeOutcome> outcomes =
                launch.nodes.stream().map(NodeProcess::outcome).toList();
        return new LaunchReport(outcomes, launch.directory);
    }

    /** A tool of the JDK that runs this JVM. */
    static String javaTool(String name) {
        return Path.of(System.getProperty("java.home"), "bin", name).toString();
    }

    private void start(List<String> roles) throws IOException {
        List<String> common = commonFlags(roles.size());
        for (int index = 0; index < roles.size(); index++) {
            NodeFiles files = new NodeFiles(directory, roles.get(index));
            List<String> command = new ArrayList<>(common);
            command.add("-Dmultinode.index=" + index);
            command.addAll(NodeJvm.arguments(files, testClass));
            nodes.add(NodeProcess.start(files, command));
        }
    }

    private List<String> commonFlags(int roles) throws IOException {
        List<String> flags = new ArrayList<>(List.of(javaTool("java")));
        flags.addAll(QUIET_FLAGS);
        flags.addAll(List.of(settings.jvmFlags()));
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("-javaagent:") || argument.startsWith("--add-opens"))
                .forEach(flags::add);
        System.getProperties().stringPropertyNames().stream()
                .filter(name -> name.startsWith("pekko."))
                .forEach(name -> flags.add("-D" + name + "=" + System.getProperty(name)));
        flags.addAll(List.of(
                "-Dmultinode.max-nodes=" + roles,
                "-Dmultinode.host=" + HOST,
                "-Dmultinode.port=0",
                "-Dmultinode.server-host=" + HOST,
                "-Dmultinode.server-port=" + freePort(),
                "@" + classPathFile()));
        return flags;
    }

    /** In a file, because a class path may be longer than a command line. */
    private Path classPathFile() throws IOException {
        String escaped = System.getProperty("java.class.path").replace("\\", "\\\\");
        return Files.writeString(directory.resolve("class-path"), "-cp \"" + escaped + "\"\n");
    }

    /** The conductor's port has to be known to all before the first of them starts. */
    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void awaitEnds() throws IOException, InterruptedException {
        BlockingQueue<NodeProcess> ended = new LinkedBlockingQueue<>();
        nodes.forEach(node -> node.onEnd(() -> ended.add(node)));
        Limit limit = Limit.in(START_LIMIT, "a node did not start within " + START_LIMIT.toSeconds() + " s");
        boolean started = false;
        for (int remaining = nodes.size(); remaining > 0; ) {
            if (!started && nodes.stream().allMatch(NodeProcess::hasStarted)) {
                started = true;
                Duration time = Duration.ofSeconds(settings.timeoutSeconds());
                limit = Limit.in(time, "did not finish within " + time.toSeconds() + " s");
            }
            NodeProcess node = ended.poll(LOOK_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
            if (node != null) {
                remaining--;
                limit = node.endedWell() ? limit : limit.orSooner(afterFailureOf(node));
            } else if (limit.isPast()) {
                killTheRest(limit.reason());
                return;
            }
        }
    }

    private static Limit afterFailureOf(NodeProcess node) {
        long seconds = GRACE_AFTER_FAILURE.toSeconds();
        return Limit.in(GRACE_AFTER_FAILURE, "still ran " + seconds + " s after " + node.role() + " failed");
    }

    /** When the nodes that still run are killed, and what is said then. */
    private record Limit(long nanoTime, String reason) {

        static Limit in(Duration time, String reason) {
            return new Limit(System.nanoTime() + time.toNanos(), reason);
        }

        boolean isPast() {
            return nanoTime - System.nanoTime() <= 0;
        }

        Limit orSooner(Limit other) {
            return other.nanoTime - nanoTime < 0 ? other : this;
        }
    }

    private void killTheRest(String reason) throws IOException, InterruptedException {
        for (NodeProcess node : nodes) {
            if (node.isAlive()) {
                node.dumpAndKill(reason);
            }
        }
    }

    /** Holds the files of this class's last launch only. */
    private static Path emptyDirectory(Class<?> testClass) throws IOException {
        Path directory =
                Files.createDirectories(BASE.resolve(testClass.getName()).toAbsolutePath());
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        return directory;
    }
}

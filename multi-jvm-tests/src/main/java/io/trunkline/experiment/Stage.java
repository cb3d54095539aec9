package io.trunkline.experiment;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.trunkline.node.spi.ToolProvider;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** What a run needs around its cluster: tools of its own on the nodes, and patience. */
public final class Stage {
    /** The name of the balancer, of which there is one. */
    public static final String BALANCER = "balancer-1";

    private static final long POLL_MILLIS = 50;

    private Stage() {}

    /**
     * What has to be on the class path of nodes for them to offer these tools.
     *
     * @param directory where the file goes by which they are found
     */
    public static List<Path> classPath(Path directory, Class<? extends ToolProvider> tools) throws IOException {
        Path services = directory.toAbsolutePath().resolve("services");
        Path entry = services.resolve("META-INF/services").resolve(ToolProvider.class.getName());
        Files.createDirectories(entry.getParent());
        Files.writeString(entry, tools.getName() + "\n", UTF_8);
        try {
            return List.of(
                    services,
                    Path.of(tools.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI()));
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Looks again and again; false when the time is over and the condition does not hold. */
    public static boolean waitFor(Duration max, BooleanSupplier condition) {
        long deadline = System.nanoTime() + max.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            try {
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return true;
    }

    /** Lets time pass. */
    public static void pass(Duration time) {
        waitFor(time, () -> false);
    }
}

package io.trunkline.multinode;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A node JVM whose launcher goes away. */
final class LauncherWatchIT {

    private static final int KILLED = 137;

    @Test
    void haltsWhenTheLauncherIsGone() throws IOException, InterruptedException {
        Process node = new ProcessBuilder(
                        Launch.javaTool("java"),
                        "-Xmx32m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        WaitsForEver.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            assertThat(node.waitFor(1, TimeUnit.SECONDS)).as("ended by itself").isFalse();
            node.getOutputStream().close();
            assertThat(node.waitFor(10, TimeUnit.SECONDS)).as("halted").isTrue();
            assertThat(node.exitValue()).isEqualTo(KILLED);
        } finally {
            node.destroyForcibly();
        }
    }

    /** Has nothing to do and no reason to end. */
    static final class WaitsForEver {
        public static void main(String[] args) throws InterruptedException {
            LauncherWatch.start();
            new CountDownLatch(1).await();
        }
    }
}

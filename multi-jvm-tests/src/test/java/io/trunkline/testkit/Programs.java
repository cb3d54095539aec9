package io.trunkline.testkit;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The programs that are installed on this machine, for tests that need more than Java. */
public final class Programs {

    private static final int PING_SECONDS = 30;

    private Programs() {}

    /** Whether a program of this name is on the {@code PATH}. */
    public static boolean onPath(String name) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, name)));
    }

    /** Whether npm can get packages: a test may be skipped when it cannot, and must not when it can. */
    public static boolean reachRegistry() throws IOException, InterruptedException {
        Process ping = new ProcessBuilder("npm", "ping", "--fetch-retries=0")
                .redirectErrorStream(true)
                .redirectOutput(Redirect.DISCARD)
                .start();
        try {
            return ping.waitFor(PING_SECONDS, TimeUnit.SECONDS) && ping.exitValue() == 0;
        } finally {
            ping.destroy();
        }
    }
}

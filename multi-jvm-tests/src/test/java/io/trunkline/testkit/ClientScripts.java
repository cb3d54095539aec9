package io.trunkline.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The scripts in {@code clients/}: sessions of official clients, which run in Node.js. They and their packages live in
 * {@code target/clients}, where the packages stay until {@code clients/package.json} wants others.
 */
public final class ClientScripts implements AutoCloseable {

    private static final int INSTALL_SECONDS = 180;
    private static final int SCRIPT_SECONDS = 100;

    private final Path directory = Path.of("target", "clients").toAbsolutePath();

    /** The {@code package.json} whose packages are there. */
    private final Path installed = directory.resolve("installed.json");

    /** Held while the directory is changed: another JVM may want to run the same scripts. */
    private final FileChannel lock;

    private final @Nullable Process install;

    private ClientScripts() throws IOException {
        Files.createDirectories(directory);
        lock = FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        lock.lock();
        try (DirectoryStream<Path> scripts = Files.newDirectoryStream(Path.of("clients"), "*.{mjs,json}")) {
            for (Path script : scripts) {
                Path copy = directory.resolve(script.getFileName());
                if (!isSame(script, copy)) {
                    Files.copy(script, copy, StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
        install = isSame(packages(), installed)
                ? null
                : start(
                        "install",
                        List.of("npm", "install", "--no-package-lock", "--no-audit", "--no-fund", "--prefer-offline"));
    }

    private Path packages() {
        return directory.resolve("package.json");
    }

    private static boolean isSame(Path one, Path other) throws IOException {
        return Files.exists(other) && Files.mismatch(one, other) < 0;
    }

    /** Begins to install the packages, and returns at once. Skips the test on a machine without npm. */
    public static ClientScripts install() throws IOException {
        assumeTrue(Programs.onPath("npm"), "no npm on the PATH: official clients come from there");
        return new ClientScripts();
    }

    /** Waits until the packages are installed. Skips the test where npm reaches no registry. */
    public void awaitInstalled() throws IOException, InterruptedException {
        if (install != null) {
            if (!install.waitFor(INSTALL_SECONDS, TimeUnit.SECONDS) || install.exitValue() != 0) {
                assumeTrue(Programs.reachRegistry(), "no npm registry to get official clients from");
                throw new AssertionError("npm install:\n" + Files.readString(log("install"), UTF_8));
            }
            Files.copy(packages(), installed, StandardCopyOption.REPLACE_EXISTING);
        }
        lock.close();
    }

    /**
     * Runs a script and waits for its end.
     *
     * @throws AssertionError with all that it said, when it fails or takes longer than 100 s
     */
    public void run(String script, String... arguments) throws IOException, InterruptedException {
        try (Running running = begin(script, arguments)) {
            running.await();
        }
    }

    /** Begins to run a script; not one that runs already. */
    public Running begin(String script, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("node_modules/.bin/node", script));
        command.addAll(List.of(arguments));
        return new Running(command, start(script, command), log(script));
    }

    /** A script that has begun. Closing it ends it. */
    public record Running(List<String> command, Process process, Path log) implements AutoCloseable {

        /**
         * Waits for its end.
         *
         * @throws AssertionError with all that it said, when it fails or takes longer than 100 s
         */
        public void await() throws IOException, InterruptedException {
            boolean ended = process.waitFor(SCRIPT_SECONDS, TimeUnit.SECONDS);
            close();
            if (!ended || process.exitValue() != 0) {
                String how = ended ? "ended with exit code " + process.exitValue() : "still ran after 100 s";
                throw new AssertionError(command + " " + how + ":\n" + Files.readString(log, UTF_8));
            }
        }

        @Override
        public void close() {
            end(process);
        }
    }

    private Process start(String name, List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(Redirect.to(log(name).toFile()));
        // The Inspector keeps files in its user's home.
        builder.environment().put("HOME", directory.toString());
        return builder.start();
    }

    private Path log(String name) {
        return directory.resolve(name + ".log");
    }

    private static void end(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    /** Ends an installation that still runs. */
    @Override
    public void close() throws IOException {
        if (install != null) {
            end(install);
        }
        lock.close();
    }
}

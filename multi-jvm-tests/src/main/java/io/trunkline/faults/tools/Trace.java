package io.trunkline.faults.tools;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a node process executed: a line per execution, in a file of its own that is only ever appended to. A line is in
 * the kernel's hands when {@link #executed} returns, so it outlives SIGKILL. Thread-safe.
 *
 * <pre>
 * 17:203 node-2 1763667000123      operation, node, milliseconds since 1970
 * </pre>
 */
public final class Trace {

    private static final String PREFIX = "executions-";

    private final FileChannel file;

    private Trace(FileChannel file) {
        this.file = file;
    }

    /** Opens the file of this process. */
    static Trace open(Path directory) {
        try {
            Files.createDirectories(directory);
            return new Trace(FileChannel.open(
                    directory.resolve(PREFIX + ProcessHandle.current().pid() + ".log"),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Notes that an operation runs now, once more. */
    void executed(String operation, String node) throws IOException {
        ByteBuffer line =
                ByteBuffer.wrap((operation + " " + node + " " + System.currentTimeMillis() + "\n").getBytes(UTF_8));
        synchronized (this) {
            while (line.hasRemaining()) {
                file.write(line);
            }
        }
    }

    /** How often each operation was executed, over all processes that wrote to the directory; none is left out. */
    public static Map<String, Integer> read(Path directory) throws IOException {
        Map<String, Integer> counts = new HashMap<>();
        for (Path file : files(directory)) {
            try (Stream<String> lines = Files.lines(file, UTF_8)) {
                lines.map(Trace::operation).forEach(operation -> count(counts, operation));
            }
        }
        return counts;
    }

    /** Whether a file is one of these, by its name. */
    public static boolean isTrace(Path file) {
        return file.getFileName().toString().startsWith(PREFIX);
    }

    private static List<Path> files(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(Trace::isTrace).toList();
        }
    }

    /** The operation of a line; null when the process was killed before the line was whole enough to name it. */
    private static @Nullable String operation(String line) {
        int end = line.indexOf(' ');
        return end < 0 ? null : line.substring(0, end);
    }

    private static void count(Map<String, Integer> counts, @Nullable String operation) {
        if (operation != null) {
            counts.merge(operation, 1, Integer::sum);
        }
    }
}

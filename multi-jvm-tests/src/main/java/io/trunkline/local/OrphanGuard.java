package io.trunkline.local;

import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A shell that kills the guarded processes when this JVM is gone, however it went.
 *
 * <p>Member processes do not look after their parent, and a shutdown hook does not run when the test JVM is killed,
 * which is what a build does on a timeout. The shell reads from a pipe that the operating system closes with this JVM.
 * It is told of every process that ends, so that it never kills somebody else under a reused process id.
 */
final class OrphanGuard implements AutoCloseable {

    private static final String SCRIPT = """
            guarded=' '
            while read -r verb pid; do
              case $verb in
                guard) guarded="$guarded$pid " ;;
                release) guarded="${guarded%% $pid *} ${guarded#* $pid }" ;;
              esac
            done
            for pid in $guarded; do kill -s KILL "$pid"; done
            """;

    private static final Logger LOG = LoggerFactory.getLogger(OrphanGuard.class);

    private final Process shell;
    private final Writer orders;

    private OrphanGuard(Process shell) {
        this.shell = shell;
        this.orders = shell.outputWriter(StandardCharsets.US_ASCII);
    }

    static OrphanGuard start() throws IOException {
        return new OrphanGuard(new ProcessBuilder("sh", "-c", SCRIPT)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start());
    }

    /** Guards a child until it ends. */
    void guard(Process child) throws IOException {
        order("guard", child);
        var unused = child.onExit().thenAccept(this::release);
    }

    private void release(Process child) {
        try {
            order("release", child);
        } catch (IOException e) {
            LOG.debug("guard.closed before pid={} ended", child.pid());
        }
    }

    private synchronized void order(String verb, Process child) throws IOException {
        orders.write(verb + " " + child.pid() + "\n");
        orders.flush();
    }

    /** The process id of the shell. */
    long pid() {
        return shell.pid();
    }

    /** Ends the guard. Children that still run are killed. */
    @Override
    public void close() throws IOException {
        orders.close();
    }
}

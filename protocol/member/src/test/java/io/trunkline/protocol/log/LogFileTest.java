package io.trunkline.protocol.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.joran.spi.JoranException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the configuration of a member's log makes of the environment; system properties stand for it. */
class LogFileTest {
    private final LoggerContext context = new LoggerContext();

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it.
    private Path directory;

    @AfterEach
    void forget() {
        context.stop();
        System.clearProperty("TRUNKLINE_LOG_FILE");
        System.clearProperty("TRUNKLINE_LOG_SIZE");
        System.clearProperty("TRUNKLINE_LOG_FILES");
    }

    @Test
    void aFileThatIsNamedRotatesWhileTheMemberRuns() throws JoranException, IOException {
        Path file = directory.resolve("node-1.log");
        System.setProperty("TRUNKLINE_LOG_FILE", file.toString());
        System.setProperty("TRUNKLINE_LOG_SIZE", "2KB");
        System.setProperty("TRUNKLINE_LOG_FILES", "2");
        configure();
        AtomicInteger line = new AtomicInteger();
        await().until(() -> {
            // Different kinds of lines: the limit is another matter.
            for (int i = 0; i < 10; i++) {
                context.getLogger("test").info("line " + line.incrementAndGet() + " " + "x".repeat(80));
            }
            return Files.exists(directory.resolve("node-1.log.2"));
        });
        context.getLogger("last").info("the last line\nin one");
        context.stop();

        assertThat(Files.readString(file)).endsWith(" INFO  last the last line in one \n");
        assertThat(directory.resolve("node-1.log.3")).doesNotExist();
        assertThat(Files.size(directory.resolve("node-1.log.1"))).isGreaterThan(2000);
    }

    @Test
    void withoutAFileStdoutIsTheLog() throws JoranException, IOException {
        ByteArrayOutputStream heard = new ByteArrayOutputStream();
        PrintStream stdout = System.out;
        System.setOut(new PrintStream(heard, true, UTF_8));
        try {
            configure();
            context.getLogger("test").warn("hello");
            context.stop();
        } finally {
            System.setOut(stdout);
        }
        assertThat(heard.toString(UTF_8)).contains(" WARN  test hello");
        try (var files = Files.list(directory)) {
            assertThat(files).isEmpty();
        }
    }

    private void configure() throws JoranException {
        context.setMDCAdapter(new LogbackMDCAdapter());
        JoranConfigurator configurator = new JoranConfigurator();
        configurator.setContext(context);
        configurator.doConfigure(Objects.requireNonNull(LogLimit.class.getResource("/logback.xml")));
        assertThat(context.getTurboFilterList()).singleElement().isInstanceOf(LogLimit.class);
    }
}

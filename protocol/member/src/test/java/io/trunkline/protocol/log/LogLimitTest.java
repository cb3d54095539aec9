package io.trunkline.protocol.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LogLimitTest {
    private final LoggerContext context = new LoggerContext();
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final AtomicLong now = new AtomicLong();
    private final LogLimit limit = new LogLimit(now::get);
    private final Logger logger = context.getLogger("io.netty.Acceptor");

    @BeforeEach
    void start() {
        lines.start();
        context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(lines);
        limit.setContext(context);
        limit.setBurst(5);
        limit.setKinds(10);
        // Not started: the tests tell by themselves.
        context.addTurboFilter(limit);
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    @Test
    void afterABurstOneLineASecondIsWrittenAndTheRestCounted() {
        for (int i = 0; i < 100_000; i++) {
            logger.warn("cannot accept {}", i);
        }
        assertThat(lines.list).hasSize(5);
        limit.tell();
        assertThat(said(5)).isEqualTo("log.left_out lines=99995 kind=\"cannot accept {}\"");
        assertThat(lines.list.get(5).getLevel()).isEqualTo(Level.WARN);

        seconds(2);
        for (int i = 0; i < 10; i++) {
            logger.warn("cannot accept {}", i);
        }
        assertThat(lines.list).hasSize(8);
        limit.tell();
        assertThat(said(8)).contains("lines=8 ");
    }

    @Test
    void nothingIsSaidWhenNothingWasLeftOut() {
        logger.warn("once");
        limit.tell();
        assertThat(lines.list).hasSize(1);
    }

    @Test
    void kindsDoNotCostEachOther() {
        for (int i = 0; i < 100; i++) {
            logger.warn("cannot accept {}", i);
        }
        logger.warn("something else");
        context.getLogger("io.trunkline.Other").warn("cannot accept {}", 1);
        assertThat(lines.list).hasSize(7);
    }

    @Test
    void textsThatDifferEachTimeAreBoundedToo() {
        for (int i = 0; i < 10_000; i++) {
            logger.error("from an outsider: " + i);
        }
        assertThat(lines.list).hasSize(15);
        for (int i = 0; i < 10_000; i++) {
            context.getLogger("io.trunkline.Other").info("here too: " + i);
        }
        assertThat(lines.list).hasSize(20);
    }

    @Test
    void aKindThatHasBeenQuietHasItsWholeBurstAgainAndTakesNoRoom() {
        for (int i = 0; i < 100; i++) {
            logger.warn("text " + i);
        }
        limit.tell();
        seconds(10);
        limit.tell();
        lines.list.clear();
        for (int i = 0; i < 10; i++) {
            logger.warn("new " + i);
        }
        assertThat(lines.list).hasSize(10);
    }

    @Test
    void whatIsAskedForIsWrittenAndWhatIsOffCostsNothing() {
        logger.setLevel(Level.DEBUG);
        for (int i = 0; i < 100; i++) {
            logger.debug("detail {}", i);
        }
        assertThat(lines.list).hasSize(100);
        logger.setLevel(Level.ERROR);
        for (int i = 0; i < 100; i++) {
            logger.warn("off {}", i);
        }
        limit.tell();
        assertThat(lines.list).hasSize(100);
    }

    @Test
    void anArgumentOfAFullLineIsNoProblemForTheCount() {
        for (int i = 0; i < 10; i++) {
            logger.warn("broken {}", List.of("a", "b"), new IllegalStateException("x"));
        }
        limit.tell();
        assertThat(lines.list).hasSize(6);
    }

    private String said(int line) {
        return lines.list.get(line).getFormattedMessage();
    }

    private void seconds(int count) {
        now.addAndGet(TimeUnit.SECONDS.toNanos(count));
    }
}

package io.trunkline.node.guard;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.protocol.metrics.Metrics;
import java.util.Map;
import java.util.concurrent.SynchronousQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WatchdogTest {
    private final Metrics metrics = new Metrics();
    private final Watchdog watchdog = new Watchdog(metrics);

    @BeforeEach
    void onlyTheTestLooks() {
        watchdog.close();
    }

    @AfterEach
    void nothingIsHeld() {
        watchdog.leave();
    }

    @Test
    void namesAHandlerThatHoldsItsThreadOnceForEachCall() {
        watchdog.enter("slow");
        look(4);
        assertThat(blocked("slow")).isZero();
        look(1);
        assertThat(blocked("slow")).isEqualTo(1);
        look(100);
        assertThat(blocked("slow")).isEqualTo(1);
        assertThat(watchdog.moved("slow")).isFalse();
        watchdog.leave();
        look(10);
        watchdog.enter("slow");
        look(5);
        assertThat(blocked("slow")).isEqualTo(2);
        assertThat(watchdog.moved("slow")).isTrue();
        assertThat(watchdog.moved("quick")).isFalse();
    }

    @Test
    void blamesNobodyWhoReturnsInTime() {
        for (int call = 0; call < 10; call++) {
            watchdog.enter("quick");
            look(4);
            watchdog.leave();
            look(1);
        }
        assertThat(blocked("quick")).isZero();
    }

    @Test
    void looksAtEveryThread() throws Exception {
        SynchronousQueue<String> gate = new SynchronousQueue<>();
        Thread other = new Thread(() -> {
            try {
                watchdog.enter("elsewhere");
                gate.put("entered");
                gate.take();
                watchdog.leave();
            } catch (InterruptedException e) {
                // The test is over.
            }
        });
        other.start();
        gate.take();
        watchdog.enter("here");
        look(5);
        assertThat(blocked("here")).isEqualTo(1);
        assertThat(blocked("elsewhere")).isEqualTo(1);
        gate.put("go on");
        other.join();
    }

    private void look(int times) {
        for (int i = 0; i < times; i++) {
            watchdog.look();
        }
    }

    private long blocked(String tool) {
        return metrics.counter("trunkline.tool.blocking", Map.of("tool", tool)).total();
    }
}

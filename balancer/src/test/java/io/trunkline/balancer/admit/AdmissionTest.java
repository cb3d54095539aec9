package io.trunkline.balancer.admit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class AdmissionTest {
    private final Admission admission = new Admission(2);

    @Test
    void takesAsManyConnectionsAsTheLimitSays() {
        assertThat(admission.connect()).isTrue();
        assertThat(admission.open()).isTrue();
        assertThat(admission.connect()).isTrue();
        assertThat(admission.open()).isFalse();
        assertThat(admission.connect()).isFalse();
        assertThat(admission.connections()).isEqualTo(2);
        admission.disconnect();
        assertThat(admission.open()).isTrue();
        assertThat(admission.connect()).isTrue();
        assertThat(admission.connectionLimit()).isEqualTo(2);
    }

    @Test
    void takesNobodyOnceItIsClosed() {
        assertThat(admission.connect()).isTrue();
        admission.close();
        assertThat(admission.open()).isFalse();
        assertThat(admission.connect()).isFalse();
        assertThat(admission.connections()).isEqualTo(1);
    }

    @Test
    @Timeout(30)
    void neverTakesMoreThanTheLimitWhenSeveralLoopsAsk() throws Exception {
        Admission shared = new Admission(1_000);
        ExecutorService pool = Executors.newFixedThreadPool(4);
        try {
            Callable<Long> taking = () -> Stream.generate(shared::connect)
                    .limit(500)
                    .filter(taken -> taken)
                    .count();
            long taken = 0;
            for (var done :
                    pool.invokeAll(Stream.generate(() -> taking).limit(4).toList())) {
                taken += done.get();
            }
            assertThat(taken).isEqualTo(1_000);
            assertThat(shared.connections()).isEqualTo(1_000);
        } finally {
            pool.shutdownNow();
        }
    }
}

package io.trunkline.node.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class RequestCountsTest {

    @Test
    void countsRequestsWithoutASessionByMethodsThatThereAre() {
        try (TestSession session = new TestSession(new TestModule().providers(), new ManualClock())) {
            session.initialize("2025-11-25");
            session.send(StatelessRequest.of(1, "tools/list", ""));
            session.send(StatelessRequest.of(2, "tools/list", ""));
            session.send(StatelessRequest.of(3, "resources/subscribe", ""));
            session.send(StatelessRequest.of(4, "made/up", ""));
            session.request(5, "tools/list", "{}");

            assertThat(count(session, "tools/list")).isEqualTo(2);
            assertThat(count(session, "other")).isEqualTo(2);
            assertThat(count(session, "server/discover")).isZero();
        }
    }

    private static long count(TestSession session, String method) {
        return session.metrics
                .counter("trunkline.stateless.requests", Map.of("method", method))
                .total();
    }
}

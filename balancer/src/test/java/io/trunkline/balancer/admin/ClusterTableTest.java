package io.trunkline.balancer.admin;

import static io.trunkline.balancer.admin.Reports.balancer;
import static io.trunkline.balancer.admin.Reports.node;
import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.balancer.cluster.SlotCounts;
import io.trunkline.protocol.control.MemberReport.Traffic;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClusterTableTest {

    @Test
    void fitsATerminalOfOneHundredColumnsWithTheLargestFigures() {
        Traffic huge = new Traffic(999_999_999_999L, 999_999_999_999L, 1L << 60, 1L << 60);
        Peer longName = new Peer(
                "127.0.0.1:1", 1, "n".repeat(63), Peer.NODE, "unreachable", true, "12.34.56-SNAPSHOT+build.789");
        ClusterBook book = new ClusterBook(Reports.SETTINGS, "b".repeat(63), () -> SlotCounts.NONE);
        book.membership(List.of(longName, balancer(1)));
        book.report(Reports.report(longName, 99_999, Traffic.NONE, Reports.latency(1, 1), Map.of()), 0);
        book.report(Reports.report(longName, 99_999, huge, Reports.latency(1, 1), Map.of()), 999_999_999_999L);
        book.report(
                Reports.report(balancer(1), 99_999, huge, Reports.latency(1L << 40, 1), Map.of()), 999_999_999_999L);

        String table = ClusterTable.of(book.view(999_999_999_999L, Instant.EPOCH));
        assertThat(table.lines()).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(100));
    }

    @Test
    void showsEveryMemberAndWhatIsMissing() {
        ClusterBook book = new ClusterBook(Reports.SETTINGS, "balancer-1", () -> SlotCounts.NONE);
        book.membership(List.of(node(1), node(2)));
        book.report(Reports.report(node(1), 1_234), 0);

        assertThat(ClusterTable.of(book.view(0, Instant.EPOCH)))
                .contains("degraded, 1 of 2 members healthy, seen by balancer-1 at 1970-01-01T00:00:00Z")
                .containsPattern("node-1 +up +1 +yes +1,234 +25,000 ")
                .containsPattern("node-2 +up +0 +no +0 ")
                .contains("latency   p50 -, p95 -, p99 -")
                .containsPattern("BALANCER .*\nnone\n");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0 B",
        "1023, 1023 B",
        "1024, 1.0 KiB",
        "1536, 1.5 KiB",
        "1073741824, 1.0 GiB",
        "1152921504606846976, 1024.0 PiB"
    })
    void bytesAreReadable(long bytes, String text) {
        assertThat(ClusterTable.bytes(bytes)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            0         | 0.0
            999.94    | 999.9
            1234.4    | 1,234
            9999999   | 9,999,999
            12345678  | 12.3M
            """)
    void ratesAreReadable(double perSecond, String text) {
        assertThat(ClusterTable.rate(perSecond)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"0.4, 0s", "59.9, 59s", "61, 1m 1s", "3660, 1h 1m", "90000, 1d 1h"})
    void uptimesAreReadable(double seconds, String text) {
        assertThat(ClusterTable.uptime(seconds)).isEqualTo(text);
    }
}

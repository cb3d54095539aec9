package io.trunkline.protocol.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trunkline.protocol.control.MemberReport.Traffic;
import io.trunkline.protocol.member.SystemConfig;
import java.io.IOException;
import java.io.NotSerializableException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.serialization.SerializationExtension;
import org.apache.pekko.serialization.Serializer;
import org.apache.pekko.serialization.jackson.JacksonCborSerializer;
import org.apache.pekko.serialization.jackson.JacksonObjectMapperProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class MemberReportTest {

    private static final ActorTestKit KIT = ActorTestKit.create(
            "MemberReportTest",
            com.typesafe.config.ConfigFactory.parseString("pekko.actor.provider = local")
                    .withFallback(SystemConfig.load()));

    @AfterAll
    static void stop() {
        KIT.shutdownTestKit();
    }

    @Test
    void survivesTheWireUnchanged() {
        MemberReport report = report(Map.of("node-1", 3L, "node-2", 4L));
        assertThat(KIT.serializationTestKit().verifySerialization(report, true)).isEqualTo(report);
    }

    @Test
    void travelsAsCbor() throws IOException {
        assertThat(serializer()).isInstanceOf(JacksonCborSerializer.class);
    }

    @Test
    void toleratesFieldsOfALaterVersion() throws IOException {
        MemberReport report = report(Map.of());
        ObjectMapper cbor = JacksonObjectMapperProvider.get(KIT.system()).getOrCreate("jackson-cbor", Optional.empty());
        ObjectNode tree = (ObjectNode) cbor.valueToTree(report);
        tree.put("addedLater", 1).withObject("/traffic").put("alsoAddedLater", "x");

        assertThat(serializer().fromBinary(cbor.writeValueAsBytes(tree), MemberReport.class))
                .isEqualTo(report);
    }

    @Test
    void refusesMoreThanABalancerCanKeep() {
        Map<String, Long> backends = new HashMap<>();
        for (long i = 0; i <= MemberReport.MAX_ENTRIES; i++) {
            backends.put("node-" + i, i);
        }
        assertThatThrownBy(() -> report(backends))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("backends: 1001 entries (expected: <= 1000)");
        assertThatThrownBy(() -> report(Map.of("n".repeat(300), 1L)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("backends: 300 characters (expected: <= 256)");
    }

    private static Serializer serializer() throws NotSerializableException {
        return SerializationExtension.get(KIT.system()).serializerFor(MemberReport.class);
    }

    private static MemberReport report(Map<String, Long> backends) {
        return new MemberReport(
                "balancer-1",
                "balancer",
                "127.0.0.1:25520",
                Long.MIN_VALUE,
                "0.1.0",
                123_456,
                Map.of("tcp", "127.0.0.1:8000"),
                true,
                "ready",
                7,
                16_000,
                new Traffic(1, 2, 3, 4_000_000_000L),
                new LatencyHistogram(new int[] {0, 700, 2_239}, new long[] {1, 2_000, 3_000_000_000L}),
                backends);
    }
}

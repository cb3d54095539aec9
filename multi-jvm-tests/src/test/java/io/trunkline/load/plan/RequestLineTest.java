package io.trunkline.load.plan;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RequestLineTest {
    @ParameterizedTest
    @EnumSource
    void isValidJsonRpcOfExactlyTheLengthAskedFor(RequestKind kind) throws IOException {
        isValidJsonRpcOfExactlyTheLengthAskedFor(kind, false);
        isValidJsonRpcOfExactlyTheLengthAskedFor(kind, true);
    }

    private static void isValidJsonRpcOfExactlyTheLengthAskedFor(RequestKind kind, boolean stateless)
            throws IOException {
        int shortest = RequestLine.of(kind, stateless, 0).length();
        for (int length = shortest; length < shortest + 100; length++) {
            RequestLine line = RequestLine.of(kind, stateless, length);
            byte[] bytes = line.numbered(0x12f, 0xa3c);

            assertThat(bytes).hasSize(length).endsWith('\n');
            assertThat(new String(bytes, US_ASCII)).containsOnlyOnce("\n");
            JsonNode json = new ObjectMapper().readTree(bytes);
            assertThat(json.path("jsonrpc").asText()).isEqualTo("2.0");
            assertThat(json.path("id").asText()).startsWith("00012f-00000a3c").hasSize(line.idLength());
            assertThat(json.path("method").asText()).isEqualTo(kind.method());
            assertThat(json.at("/params/name").asText()).isEqualTo(kind.tool());
            JsonNode meta = json.at("/params/_meta");
            assertThat(meta.path("io.modelcontextprotocol/protocolVersion").asText())
                    .isEqualTo(stateless ? "2026-07-28" : "");
            assertThat(meta.path("io.modelcontextprotocol/clientCapabilities").isObject())
                    .isEqualTo(stateless);
        }
    }

    @Test
    void padsA64BytePingInItsIdAndALongOneInItsMetadata() {
        assertThat(new String(RequestLine.of(RequestKind.PING, false, 64).numbered(1, 2), US_ASCII))
                .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":\"000001-00000002.......\",\"method\":\"ping\"}\n");
        assertThat(new String(RequestLine.of(RequestKind.PING, false, 100).numbered(1, 2), US_ASCII))
                .contains("\"id\":\"000001-00000002\"")
                .contains("\"_meta\":{\"pad\":\"xxx");
    }

    @Test
    void namesTheShortestLengthThatWouldDo() {
        assertThatThrownBy(() -> RequestLine.of(RequestKind.PING, false, 20))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("payload 20 (expected: at least 57 bytes for this request, or 0 for the shortest)");
    }

    @Test
    void readsTheIdThatItWrote() {
        byte[] id = new byte[RequestLine.ID_LENGTH + 4];
        RequestLine.writeId(id, 2, 0xfffffe, -1);
        id[RequestLine.ID_LENGTH + 2] = '.';
        id[RequestLine.ID_LENGTH + 3] = '.';

        assertThat(RequestLine.readId(id, 2, id.length)).isEqualTo(0xfffffe_ffffffffL);
    }

    @Test
    void readsNoIdThatItDidNotWrite() {
        for (String id :
                new String[] {"", "1", "00012f-00000a3", "00012f+00000a3c", "00012g-00000a3c", "00012f-00000a3cx"}) {
            assertThat(RequestLine.readId(id.getBytes(US_ASCII), 0, id.length()))
                    .as(id)
                    .isNegative();
        }
    }
}

package io.trunkline.protocol.jsonrpc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MessagesTest {

    private final EnvelopeReader reader = new EnvelopeReader(JsonLimits.DEFAULT);
    private final Envelope request = read("{\"jsonrpc\":\"2.0\",\"id\":\"\\u0061\",\"method\":\"m\"}");

    @Test
    void carryTheIdAsItWasWritten() {
        assertThat(new String(Messages.emptyResult(request), UTF_8))
                .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":\"\\u0061\",\"result\":{}}");
        assertThat(new String(Messages.result(request, "xx[1]x".getBytes(UTF_8), 2, 5), UTF_8))
                .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":\"\\u0061\",\"result\":[1]}");
        assertThat(new String(Messages.error(request, -32601, "no"), UTF_8))
                .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":\"\\u0061\",\"error\":{\"code\":-32601,\"message\":\"no\"}}");
    }

    @Test
    void carryNullWithoutAnId() {
        assertThat(new String(Messages.error(read("{"), -32700, "no"), UTF_8))
                .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32700,\"message\":\"no\"}}");
    }

    @Test
    void escapeWhatMustBeEscaped() {
        assertThat(new String(Messages.error(request, 1, "a\"b\\\n\u0001\u00e9\ud83d\ude00\ud800"), UTF_8))
                .endsWith("\"message\":\"a\\\"b\\\\\\n\\u0001\u00e9\ud83d\ude00?\"}}");
    }

    private Envelope read(String message) {
        return reader.read(message.getBytes(UTF_8));
    }
}

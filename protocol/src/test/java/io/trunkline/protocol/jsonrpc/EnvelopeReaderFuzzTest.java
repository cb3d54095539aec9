package io.trunkline.protocol.jsonrpc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Damaged messages, read by the reader and by an ordinary parser: they must agree about what is JSON and where it lies.
 */
class EnvelopeReaderFuzzTest {

    private static final String[] SEEDS = {
        "{\"jsonrpc\":\"2.0\",\"id\":12,\"method\":\"ping\"}",
        "{\"jsonrpc\":\"2.0\",\"id\":\"a\\u00e9\u00e9\",\"method\":\"tools/call\",\"params\":{\"name\":\"e\",\"arguments\":{\"x\":[1,2.5e3,true,null,\"\ud83d\ude00\"]}}}",
        "[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"a\"},{\"jsonrpc\":\"2.0\",\"method\":\"b\",\"params\":[1]}]",
        "{\"jsonrpc\":\"2.0\",\"id\":3,\"result\":{}}",
    };
    private static final String PIECES = "{}[]:,\"\\ \n0123456789-+.eEtfnul\u00e9\u0000\uffff";

    private final EnvelopeReader reader = new EnvelopeReader(JsonLimits.DEFAULT);
    private final JsonMapper mapper = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    @Test
    void agreesWithAnOrdinaryParser() throws IOException {
        Random random = new Random(20_251_125);
        int read = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] message = damaged(random);
            Envelope envelope = reader.read(message);
            JsonNode tree = tree(message);
            boolean isJson = tree != null && !tree.isMissingNode();
            if (isJson == (envelope.kind() == Envelope.Kind.UNREADABLE)) {
                fail("%s is %sJSON, but %s", new String(message, UTF_8), isJson ? "" : "not ", envelope.kind());
            }
            if (tree != null && envelope.hasId()) {
                read++;
                assertThat(mapper.readTree(envelope.id())).isEqualTo(tree.get("id"));
            }
            if (tree != null && envelope.hasParams()) {
                assertThat(mapper.readTree(
                                message, envelope.paramsStart(), envelope.paramsEnd() - envelope.paramsStart()))
                        .isEqualTo(tree.get("params"));
            }
        }
        assertThat(read).isGreaterThan(500);
    }

    private static byte[] damaged(Random random) {
        StringBuilder text = new StringBuilder(SEEDS[random.nextInt(SEEDS.length)]);
        for (int edits = random.nextInt(4); edits > 0; edits--) {
            int at = random.nextInt(text.length() + 1);
            switch (random.nextInt(4)) {
                case 0 -> text.insert(at, PIECES.charAt(random.nextInt(PIECES.length())));
                case 1 -> text.delete(at, Math.min(text.length(), at + 1 + random.nextInt(3)));
                case 2 -> text.insert(at, text.substring(at, Math.min(text.length(), at + random.nextInt(12))));
                default -> text.setLength(random.nextInt(20) == 0 ? at : text.length());
            }
        }
        byte[] bytes = text.toString().getBytes(UTF_8);
        if (bytes.length > 0 && random.nextInt(10) == 0) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        return bytes;
    }

    /** The message as a tree, or null when it is not strict JSON in UTF-8. */
    private @Nullable JsonNode tree(byte[] message) {
        try {
            String text =
                    UTF_8.newDecoder().decode(java.nio.ByteBuffer.wrap(message)).toString();
            return mapper.readTree(text);
        } catch (IOException e) {
            return null;
        }
    }
}

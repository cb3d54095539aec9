package io.trunkline.node.mcp.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import io.trunkline.protocol.jsonrpc.Envelope;
import java.io.IOException;

/**
 * A request id in a form that can be compared: strings by their value, numbers as they are written.
 *
 * <p>Keys belong to one session; ids of different clients have nothing to do with each other.
 */
public final class RequestKey {

    private RequestKey() {}

    public static String of(Envelope request, JsonFactory json) {
        return of(request.message(), request.idStart(), request.idEnd(), json);
    }

    /** The key of an id as it is written; {@code "1"} and {@code 1} have different keys. */
    public static String of(byte[] source, int from, int to, JsonFactory json) {
        String written = new String(source, from, to - from, UTF_8);
        if (written.indexOf('\\') < 0) {
            return written;
        }
        try (JsonParser parser = json.createParser(source, from, to - from)) {
            parser.nextToken();
            return '"' + parser.getText() + '"';
        } catch (IOException e) {
            return written;
        }
    }
}

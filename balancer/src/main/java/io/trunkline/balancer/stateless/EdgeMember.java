package io.trunkline.balancer.stateless;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import io.trunkline.protocol.jsonrpc.EnvelopeReader;
import io.trunkline.protocol.refusal.Refusal;
import io.trunkline.protocol.session.Owner;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a node is told of a request besides its body: the headers that mirror parameters of its tool, and who asks. It
 * becomes the first member of the message, {@link EnvelopeReader#EDGE}, which no client may send by itself.
 */
public final class EdgeMember {
    /** What the names of headers for parameters begin with (MCP 2026-07-28, basic, transports, custom headers). */
    private static final AsciiString PARAM = AsciiString.cached("mcp-param-");

    private EdgeMember() {}

    /**
     * The values of the headers for parameters, decoded, by the rest of the header's name in lower case. Bounded by
     * what a head may hold.
     *
     * @return null when one stands there twice or cannot be decoded
     */
    public static @Nullable Map<String, String> params(HttpHeaders headers) {
        Map<String, String> params = Map.of();
        for (Iterator<Map.Entry<CharSequence, CharSequence>> all = headers.iteratorCharSequence(); all.hasNext(); ) {
            Map.Entry<CharSequence, CharSequence> header = all.next();
            CharSequence name = header.getKey();
            if (!AsciiString.regionMatches(name, true, 0, PARAM, 0, PARAM.length())) {
                continue;
            }
            if (params.isEmpty()) {
                params = new TreeMap<>();
            }
            String param = name.toString().substring(PARAM.length()).toLowerCase(Locale.ROOT);
            String value = HeaderValue.decode(header.getValue().toString());
            if (value == null || params.put(param, value) != null) {
                return null;
            }
        }
        return params;
    }

    /**
     * The request with the member; the same array when there is nothing to tell.
     *
     * @param request a JSON object that is not empty
     * @param params see {@link #params}
     * @param owner on whose behalf
     */
    public static byte[] addTo(byte[] request, Map<String, String> params, Owner owner) {
        if (params.isEmpty() && owner.isNobody()) {
            return request;
        }
        byte[] member = member(params, owner).getBytes(StandardCharsets.UTF_8);
        int at = 0;
        while (request[at] != '{') {
            at++;
        }
        at++;
        byte[] whole = new byte[request.length + member.length];
        System.arraycopy(request, 0, whole, 0, at);
        System.arraycopy(member, 0, whole, at, member.length);
        System.arraycopy(request, at, whole, at + member.length, request.length - at);
        return whole;
    }

    private static String member(Map<String, String> params, Owner owner) {
        StringBuilder json =
                new StringBuilder(128).append('"').append(EnvelopeReader.EDGE).append("\":{");
        if (!params.isEmpty()) {
            json.append("\"params\":{");
            params.forEach((name, value) -> field(json, name, value).append(','));
            json.setCharAt(json.length() - 1, '}');
            json.append(owner.isNobody() ? "" : ",");
        }
        if (!owner.isNobody()) {
            field(json.append("\"principal\":{"), "id", owner.key()).append(',');
            field(json, "issuer", owner.issuer()).append(',');
            field(json, "name", owner.name()).append('}');
        }
        return json.append("},").toString();
    }

    private static StringBuilder field(StringBuilder json, String name, String value) {
        return json.append('"')
                .append(Refusal.escape(name))
                .append("\":\"")
                .append(Refusal.escape(value))
                .append('"');
    }
}

package io.trunkline.balancer.auth.keys;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.trunkline.protocol.jsonrpc.EnvelopeReader;
import io.trunkline.protocol.jsonrpc.JsonLimits;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Where an issuer's keys are, as it says itself (RFC 8414, section 3; OpenID Connect Discovery 1.0, section 4; in the
 * order of MCP 2026-07-28, authorization server discovery).
 */
public final class IssuerMetadata {
    private static final JsonFactory JSON = EnvelopeReader.factory(JsonLimits.DEFAULT);
    private static final String OAUTH = "/.well-known/oauth-authorization-server";
    private static final String OPENID = "/.well-known/openid-configuration";

    private IssuerMetadata() {}

    /**
     * Asks the issuer; blocks.
     *
     * @throws IOException when none of its documents names its keys
     */
    static URI keysOf(String issuer, Fetch fetch, long deadlineNanos) throws IOException {
        List<String> problems = new ArrayList<>();
        for (URI uri : documents(issuer)) {
            try {
                return read(fetch.get(uri, deadlineNanos), issuer);
            } catch (IOException e) {
                problems.add(uri + ": " + e.getMessage());
            }
        }
        throw new IOException("no metadata of the issuer (" + String.join("; ", problems) + ")");
    }

    /** Where the issuer may describe itself, most usual first. */
    public static Set<URI> documents(String issuer) {
        URI uri = URI.create(issuer);
        String origin = uri.getScheme() + "://" + uri.getRawAuthority();
        String path = uri.getRawPath() == null ? "" : uri.getRawPath().replaceAll("/+$", "");
        Set<URI> all = new LinkedHashSet<>();
        all.add(URI.create(origin + OAUTH + path));
        all.add(URI.create(origin + OPENID + path));
        all.add(URI.create(origin + path + OPENID));
        return all;
    }

    /** Reads a document, which counts only when it is the issuer's own (RFC 8414, section 3.3). */
    static URI read(byte[] document, String issuer) throws IOException {
        String named = "";
        String keys = "";
        try (JsonParser parser = JSON.createParser(document)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("no JSON object");
            }
            for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                boolean text = parser.nextToken() == JsonToken.VALUE_STRING;
                if (text && name.equals("issuer")) {
                    named = parser.getText();
                } else if (text && name.equals("jwks_uri")) {
                    keys = parser.getText();
                } else {
                    parser.skipChildren();
                }
            }
        }
        if (!named.equals(issuer)) {
            throw new IOException("it is that of another issuer");
        }
        if (keys.isEmpty()) {
            throw new IOException("it has no jwks_uri");
        }
        try {
            return URI.create(keys);
        } catch (IllegalArgumentException e) {
            throw new IOException("its jwks_uri is none", e);
        }
    }
}

package io.trunkline.balancer.auth;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.trunkline.protocol.jsonrpc.EnvelopeReader;
import io.trunkline.protocol.jsonrpc.JsonLimits;
import java.io.IOException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** What a token looks like, before anybody thinks about what it says: whatever it is, looking costs little. */
final class TokenText {
    /** Objects and lists in each other, of header and claims. */
    static final int MOST_DEPTH = 32;

    private static final String SCHEME = "Bearer ";

    private static final int MOST_DIGITS = 64;

    /** Header and claims of a token: rather flat. Nothing in it is longer than itself, which is bounded before. */
    private static final JsonFactory JSON = EnvelopeReader.factory(
            new JsonLimits(MOST_DEPTH, Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE, MOST_DIGITS, 1));

    private TokenText() {}

    /** The token in a value of {@code Authorization}; empty when the scheme is another one (RFC 6750, section 2.1). */
    static String of(String header) {
        boolean bearer = header.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
        return bearer ? header.substring(SCHEME.length()).strip() : "";
    }

    /** Whether it may be a token at all: characters of those that RFC 6750 allows. */
    static boolean isToken(String text) {
        if (text.isEmpty()) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!isBase64Url(c) && "./+~=".indexOf(c) < 0) {
                return false;
            }
        }
        return true;
    }

    /** Whether it has the three parts of a signed JWT, none of them empty (RFC 7515, section 3.1). */
    static boolean isSigned(String token) {
        int parts = 1;
        int length = 0;
        for (int i = 0; i < token.length(); i++) {
            char c = token.charAt(i);
            if (c == '.') {
                if (length == 0 || ++parts > 3) {
                    return false;
                }
                length = 0;
            } else if (isBase64Url(c)) {
                length++;
            } else {
                return false;
            }
        }
        return parts == 3 && length > 0;
    }

    /** Whether header and claims of a signed JWT are JSON objects of little depth, without the same name twice. */
    static boolean isReadable(String token) {
        int first = token.indexOf('.');
        int second = token.indexOf('.', first + 1);
        return isObject(token.substring(0, first)) && isObject(token.substring(first + 1, second));
    }

    private static boolean isObject(String part) {
        byte[] json = decoded(part);
        if (json == null) {
            return false;
        }
        try (JsonParser parser = JSON.createParser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return false;
            }
            parser.skipChildren();
            return parser.currentToken() == JsonToken.END_OBJECT && parser.nextToken() == null;
        } catch (IOException e) {
            return false;
        }
    }

    private static byte @Nullable [] decoded(String part) {
        try {
            return Base64.getUrlDecoder().decode(part);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static boolean isBase64Url(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    }
}

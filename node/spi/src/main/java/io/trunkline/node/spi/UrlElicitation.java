package io.trunkline.node.spi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A question to the user that is answered at a URL and not through the client: for secrets, payments, permissions.
 * Source: MCP 2025-11-25, client/elicitation, URL mode.
 *
 * @param id unique among all of this server; 1 to 128 characters
 * @param url absolute
 * @param message why, for the user
 * @param meta told as {@code _meta} to clients with a session; null for none
 */
public record UrlElicitation(
        String id, String url, String message, @Nullable ObjectNode meta) {

    private static final int MAX_ID = 128;

    public UrlElicitation {
        if (id.isBlank() || id.length() > MAX_ID) {
            throw new IllegalArgumentException("elicitation id: \"" + id + "\" (expected: 1 to 128 characters)");
        }
        if (!isUrl(url)) {
            throw new IllegalArgumentException("url of an elicitation: " + url + " (expected: an absolute URL)");
        }
        meta = meta == null ? null : meta.deepCopy();
    }

    /** Without {@code _meta}. */
    public UrlElicitation(String id, String url, String message) {
        this(id, url, message, null);
    }

    /** With a random id. */
    public static UrlElicitation at(String url, String message) {
        return new UrlElicitation(UUID.randomUUID().toString(), url, message);
    }

    private static boolean isUrl(String url) {
        try {
            URI uri = new URI(url);
            return uri.isAbsolute() && uri.getHost() != null;
        } catch (URISyntaxException e) {
            return false;
        }
    }
}

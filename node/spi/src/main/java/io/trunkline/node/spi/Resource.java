package io.trunkline.node.spi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A resource: what clients see of it, and what runs when they read it. Immutable.
 *
 * <pre>{@code
 * Resource.at("status://today")
 *         .name("today")
 *         .mimeType("text/plain")
 *         .blocking(read -> List.of(new Content.TextResource(read.uri(), "text/plain", status())));
 * }</pre>
 *
 * @param uri absolute, at most {@value #MAX_URI} characters (RFC 3986)
 * @param name for programs
 * @param title a name for people; null for none
 * @param description tells the model what it is; null for none
 * @param mimeType such as {@code text/plain}; null when unknown
 * @param size in bytes, before any encoding; -1 when unknown
 * @param annotations hints for its use
 * @param icons pictures of it
 * @param meta told as {@code _meta} to clients since 2025-06-18; null for none
 * @param handler reads it: at least one part
 */
public record Resource(
        String uri,
        String name,
        @Nullable String title,
        @Nullable String description,
        @Nullable String mimeType,
        long size,
        Annotations annotations,
        List<Icon> icons,
        @Nullable ObjectNode meta,
        Handler<ReadCall, List<Content.ResourceContents>> handler) {

    /** Characters of a URI, of a client's too. */
    public static final int MAX_URI = 2048;

    /**
     * Checks and copies.
     *
     * @throws IllegalArgumentException with the offending and the expected value
     */
    public Resource {
        if (!isAbsolute(uri)) {
            throw new IllegalArgumentException(
                    "resource: \"" + uri + "\" (expected: an absolute URI of at most " + MAX_URI + " characters)");
        }
        if (name.isBlank()) {
            throw new IllegalArgumentException("name of resource " + uri + ": \"" + name + "\" (expected: not blank)");
        }
        icons = List.copyOf(icons);
        meta = meta == null ? null : meta.deepCopy();
    }

    /** Starts a resource at this URI. */
    public static ResourceBuilder at(String uri) {
        return new ResourceBuilder(uri);
    }

    private static boolean isAbsolute(String uri) {
        try {
            return uri.length() <= MAX_URI && new URI(uri).isAbsolute();
        } catch (URISyntaxException e) {
            return false;
        }
    }
}

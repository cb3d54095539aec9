package io.trunkline.node.mcp.wire;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What a client says about itself, cut to a bounded length; empty parts were not given.
 *
 * @param name for programs
 * @param title for people
 * @param version of the client, not of the protocol
 */
public record ClientInfo(String name, String title, String version) {

    /** Bytes of one text as JSON. */
    private static final int MAX_TEXT = 256;

    /** A client that has not said anything. */
    public static final ClientInfo UNKNOWN = new ClientInfo("", "", "");

    /** What a client says about itself, each text cut to its bound; a missing one is empty. */
    public static ClientInfo of(JsonNode info) {
        return new ClientInfo(
                cut(info.path("name").asText("")),
                cut(info.path("title").asText("")),
                cut(info.path("version").asText("")));
    }

    /** As much from the start of a text as fits into the bound when it is written as JSON, surrogates as escapes. */
    private static String cut(String text) {
        int bytes = 0;
        StringBuilder kept = new StringBuilder(Math.min(text.length(), MAX_TEXT));
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
                c = '?';
            }
            bytes += c < 0x20 ? 6 : c == '"' || c == '\\' ? 2 : c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 12;
            if (bytes > MAX_TEXT) {
                break;
            }
            kept.appendCodePoint(c);
        }
        return kept.toString();
    }
}

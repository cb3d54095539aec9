package io.trunkline.protocol.jsonrpc;

/**
 * What a reader accepts of one JSON message, beside its length in bytes, which the edge limits.
 *
 * @param maxDepth nested objects and arrays, the outermost one counted
 * @param maxTokens names, values and brackets together; a tree takes up to about 100 bytes of heap for each
 * @param maxNameLength characters of one member name
 * @param maxStringLength characters of one string value
 * @param maxNumberLength characters of one number
 * @param maxIdLength bytes of a request id as it is written; ids are kept while a request runs and sent back
 */
public record JsonLimits(
        int maxDepth, int maxTokens, int maxNameLength, int maxStringLength, int maxNumberLength, int maxIdLength) {

    /** Depth 64, 500,000 tokens, names of 4 Ki, strings of 16 Mi and numbers of 512 characters, ids of 512 bytes. */
    public static final JsonLimits DEFAULT = new JsonLimits(64, 500_000, 4096, 16 << 20, 512, 512);

    public JsonLimits {
        positive("max-depth", maxDepth);
        positive("max-tokens", maxTokens);
        positive("max-name-length", maxNameLength);
        positive("max-string-length", maxStringLength);
        positive("max-number-length", maxNumberLength);
        positive("max-id-length", maxIdLength);
    }

    private static void positive(String key, int value) {
        if (value < 1) {
            throw new IllegalArgumentException("json." + key + ": " + value + " (expected: > 0)");
        }
    }
}

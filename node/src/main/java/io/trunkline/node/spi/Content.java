package io.trunkline.node.spi;

/**
 * One piece of a tool's result that is meant for a model or a person.
 *
 * <p>Pieces that the client's protocol version does not know yet are described by a text in their place: audio before
 * 2025-03-26, links before 2025-06-18.
 */
public sealed interface Content {

    /** A text. */
    record Text(String text) implements Content {}

    /** A picture: its bytes, and a type such as {@code image/png}. The array is not copied. */
    @SuppressWarnings("ArrayRecordComponent")
    record Image(byte[] data, String mimeType) implements Content {}

    /** A sound: its bytes, and a type such as {@code audio/wav}. The array is not copied. */
    @SuppressWarnings("ArrayRecordComponent")
    record Audio(byte[] data, String mimeType) implements Content {}

    /** A text with a URI of its own, such as a file; an empty type is left out. */
    record TextResource(String uri, String mimeType, String text) implements Content {}

    /** Bytes with a URI of their own; an empty type is left out. The array is not copied. */
    @SuppressWarnings("ArrayRecordComponent")
    record BlobResource(String uri, String mimeType, byte[] data) implements Content {}

    /** A pointer to a resource that the client may read; an empty description or type is left out. */
    record Link(String uri, String name, String description, String mimeType) implements Content {}
}

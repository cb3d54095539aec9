package io.trunkline.node.spi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * One piece of a tool's result or of a prompt that is meant for a model or a person.
 *
 * <p>Pieces that the client's protocol version does not know yet are described by a text in their place: audio before
 * 2025-03-26, links before 2025-06-18.
 */
public sealed interface Content {

    /** What can be read at a URI. */
    sealed interface ResourceContents extends Content {
        String uri();

        /** Such as {@code text/plain}; empty for none. */
        String mimeType();

        /** Told as {@code _meta}; null for none. */
        @Nullable
        ObjectNode meta();
    }

    /** A text. */
    record Text(String text) implements Content {}

    /** A picture: its bytes, and a type such as {@code image/png}. The array is not copied. */
    @SuppressWarnings("ArrayRecordComponent")
    record Image(byte[] data, String mimeType) implements Content {}

    /** A sound: its bytes, and a type such as {@code audio/wav}. The array is not copied. */
    @SuppressWarnings("ArrayRecordComponent")
    record Audio(byte[] data, String mimeType) implements Content {}

    /**
     * A text with a URI of its own, such as a file; an empty type is left out.
     *
     * @param meta told as {@code _meta} to clients since 2025-06-18; null for none. Do not change it after it was
     *     given.
     */
    record TextResource(
            String uri,
            String mimeType,
            String text,
            @Nullable ObjectNode meta) implements ResourceContents {

        /** Without {@code _meta}. */
        public TextResource(String uri, String mimeType, String text) {
            this(uri, mimeType, text, null);
        }
    }

    /**
     * Bytes with a URI of their own; an empty type is left out. The array is not copied.
     *
     * @param meta told as {@code _meta} to clients since 2025-06-18; null for none. Do not change it after it was
     *     given.
     */
    @SuppressWarnings("ArrayRecordComponent")
    record BlobResource(
            String uri,
            String mimeType,
            byte[] data,
            @Nullable ObjectNode meta) implements ResourceContents {

        /** Without {@code _meta}. */
        public BlobResource(String uri, String mimeType, byte[] data) {
            this(uri, mimeType, data, null);
        }
    }

    /**
     * A pointer to a resource that the client may read; an empty description or type is left out.
     *
     * @param title a name for people; null for none
     * @param size in bytes, before any encoding; -1 when unknown
     */
    record Link(String uri, String name, @Nullable String title, String description, String mimeType, long size)
            implements Content {

        /** Without a title and a size. */
        public Link(String uri, String name, String description, String mimeType) {
            this(uri, name, null, description, mimeType, -1);
        }
    }

    /**
     * A piece with hints for its use.
     *
     * @param meta told as {@code _meta} to clients since 2025-06-18; null for none
     */
    record Annotated(
            Content content,
            Annotations annotations,
            @Nullable ObjectNode meta) implements Content {

        public Annotated {
            if (content instanceof Annotated) {
                throw new IllegalArgumentException("annotated content: annotated twice (expected: once)");
            }
            meta = meta == null ? null : meta.deepCopy();
        }
    }

    /** This piece with hints for its use. */
    default Content with(Annotations annotations) {
        return new Annotated(this, annotations, null);
    }
}

package io.trunkline.protocol.frame;

import java.util.Arrays;
import java.util.HexFormat;

/** An immutable run of bytes with value equality, for nonces, proofs and checkpoints. */
public final class Bytes {
    /** No bytes at all. */
    public static final Bytes EMPTY = new Bytes(new byte[0]);

    private final byte[] content;

    private Bytes(byte[] content) {
        this.content = content;
    }

    /** Takes over {@code content}: the caller must not change it afterwards. */
    public static Bytes wrap(byte[] content) {
        return content.length == 0 ? EMPTY : new Bytes(content);
    }

    /** The length in bytes. */
    public int length() {
        return content.length;
    }

    /** The bytes themselves, not a copy: for reading only. */
    public byte[] array() {
        return content;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes bytes && Arrays.equals(content, bytes.content);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(content);
    }

    /** The first bytes in hex and the length; never the whole content, which may be secret or large. */
    @Override
    public String toString() {
        int shown = Math.min(4, content.length);
        return HexFormat.of().formatHex(content, 0, shown) + (shown < content.length ? ".." : "") + "/"
                + content.length;
    }
}

package io.trunkline.node.mcp.wire;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/** Collects the bytes of a result, up to a bound. */
public final class BoundedBytes extends OutputStream {

    private final int max;
    private byte[] bytes = new byte[256];
    private int size;

    /** More bytes than the bound. */
    public static final class TooManyException extends IOException {
        private static final long serialVersionUID = 1;
    }

    public BoundedBytes(int max) {
        this.max = max;
    }

    public byte[] array() {
        return bytes;
    }

    public int size() {
        return size;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] source, int from, int length) throws IOException {
        if (length > max - size) {
            throw new TooManyException();
        }
        if (size + length > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(max, Math.max(2L * bytes.length, (long) size + length)));
        }
        System.arraycopy(source, from, bytes, size, length);
        size += length;
    }
}

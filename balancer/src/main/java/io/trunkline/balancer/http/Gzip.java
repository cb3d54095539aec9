package io.trunkline.balancer.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/** Compresses whole answers (RFC 1952). */
final class Gzip {
    /** Larger answers go as they are: to compress them would hold up everybody else on the event loop. */
    static final int MOST = 256 * 1024;

    private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};

    private Gzip() {}

    /**
     * The same in fewer bytes; null, and the body is left as it is, when they would not be fewer. Else takes it over.
     */
    static @Nullable ByteBuf compress(ByteBuf body) {
        byte[] plain = new byte[body.readableBytes()];
        body.getBytes(body.readerIndex(), plain);
        Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
        try {
            deflater.setInput(plain);
            deflater.finish();
            byte[] packed = new byte[plain.length];
            int length = deflater.deflate(packed);
            if (!deflater.finished() || length + HEADER.length + 8 >= plain.length) {
                return null;
            }
            body.release();
            CRC32 sum = new CRC32();
            sum.update(plain);
            return Unpooled.wrappedBuffer(
                    HEADER, Arrays.copyOf(packed, length), tail((int) sum.getValue(), plain.length));
        } finally {
            deflater.end();
        }
    }

    private static byte[] tail(int sum, int length) {
        return Unpooled.buffer(8).writeIntLE(sum).writeIntLE(length).array();
    }
}

package io.trunkline.load.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.trunkline.load.plan.RequestLine;

/**
 * Numbers the one request line of an event loop over and over: a write to a socket with room has released it when it
 * returns, so it is free again. While a socket still holds it, a new one takes its place.
 */
final class RequestWriter {
    private final byte[] id = new byte[RequestLine.ID_LENGTH];
    private final byte[] template;
    private final int idOffset;
    private ByteBuf line;

    RequestWriter(RequestLine request) {
        template = request.template();
        idOffset = request.idOffset();
        line = fresh();
    }

    private ByteBuf fresh() {
        return Unpooled.directBuffer(template.length).writeBytes(template);
    }

    /** The line with this number; the caller writes it, or releases it, before it asks again. */
    ByteBuf numbered(int connection, int sequence) {
        if (line.refCnt() > 1) {
            line.release();
            line = fresh();
        }
        RequestLine.writeId(id, 0, connection, sequence);
        line.setIndex(0, template.length).setBytes(idOffset, id);
        return line.retain();
    }

    int length() {
        return template.length;
    }

    void release() {
        line.release();
    }
}

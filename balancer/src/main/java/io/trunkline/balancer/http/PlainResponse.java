package io.trunkline.balancer.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;

/** A response with status 200 that has a JSON body and nothing remarkable, as it is sent over HTTP/1.1. */
final class PlainResponse {
    private static final byte[] HEAD = ("HTTP/1.1 200 OK\r\ncontent-type: " + HeadCheck.JSON + "\r\ncontent-length: ")
            .getBytes(StandardCharsets.US_ASCII);
    /** Digits of a length that is an int, and the ends of two lines. */
    private static final int REST = 10 + 4;

    private PlainResponse() {}

    /** Head and body in one buffer; releases the body. */
    static ByteBuf of(ByteBufAllocator alloc, ByteBuf body) {
        int length = body.readableBytes();
        ByteBuf response = alloc.directBuffer(HEAD.length + REST + length);
        response.writeBytes(HEAD);
        int scale = 1;
        while (length / scale >= 10) {
            scale *= 10;
        }
        for (; scale > 0; scale /= 10) {
            response.writeByte('0' + length / scale % 10);
        }
        response.writeInt('\r' << 24 | '\n' << 16 | '\r' << 8 | '\n');
        response.writeBytes(body);
        body.release();
        return response;
    }
}

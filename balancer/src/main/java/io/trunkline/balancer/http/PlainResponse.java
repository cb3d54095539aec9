package io.trunkline.balancer.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;

/** A response with status 200 that has a JSON body and nothing remarkable, as it is sent over HTTP/1.1. */
final class PlainResponse {
    private static final byte[] START = "HTTP/1.1 200 OK\r\ndate: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] HEAD =
            ("\r\ncontent-type: " + ContentType.JSON + "\r\ncontent-length: ").getBytes(StandardCharsets.US_ASCII);
    /** Digits of a length that is an int, and the ends of two lines. */
    private static final int REST = 10 + 4;

    private PlainResponse() {}

    /** Head and body in one buffer; releases the body. */
    static ByteBuf of(ByteBufAllocator alloc, AsciiString date, ByteBuf body) {
        int length = body.readableBytes();
        ByteBuf response = alloc.directBuffer(START.length + date.length() + HEAD.length + REST + length);
        response.writeBytes(START);
        response.writeBytes(date.array(), date.arrayOffset(), date.length());
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

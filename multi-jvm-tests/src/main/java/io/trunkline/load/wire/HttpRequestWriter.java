package io.trunkline.load.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.trunkline.load.plan.LoadPlan;
import io.trunkline.load.plan.RequestLine;
import org.jspecify.annotations.Nullable;

/**
 * Writes the one request of an event loop as HTTP, over and over, with another session and another number: as {@link
 * RequestWriter}, which says when the buffer is free again. Servers give ids of one length; another length makes
 * another buffer. Without sessions the length is 0.
 */
final class HttpRequestWriter {
    private final byte[] id = new byte[RequestLine.ID_LENGTH];
    private final HttpText text;
    private final LoadPlan plan;
    private final RequestLine request;
    private byte[] template = {};
    private int sessionOffset;
    private int sessionLength = -1;
    private int idOffset;
    private @Nullable ByteBuf message;

    HttpRequestWriter(HttpText text, LoadPlan plan) {
        this.text = text;
        this.plan = plan;
        this.request = plan.requestLine();
    }

    /**
     * The request with this session, empty for none, and this number; the caller writes it, or releases it, before it
     * asks again.
     */
    ByteBuf numbered(byte[] session, int connection, int sequence) {
        ByteBuf next = free(session.length);
        RequestLine.writeId(id, 0, connection, sequence);
        next.setIndex(0, template.length).setBytes(sessionOffset, session).setBytes(idOffset, id);
        return next.retain();
    }

    private ByteBuf free(int length) {
        if (message != null && length == sessionLength && message.refCnt() == 1) {
            return message;
        }
        release();
        if (length != sessionLength) {
            template(length);
        }
        message = Unpooled.directBuffer(template.length).writeBytes(template);
        return message;
    }

    private void template(int length) {
        String body = new String(request.template(), 0, request.length() - 1, US_ASCII);
        String head = plan.carrier().stateless()
                ? text.headOfStateless(plan.request().method(), plan.request().tool())
                : text.headOfPost(".".repeat(length));
        String rest = HttpText.ofBody(body.length()) + "\r\n";
        sessionLength = length;
        sessionOffset = head.length() - "\r\n".length() - length;
        idOffset = head.length() + rest.length() + request.idOffset();
        template = (head + rest + body).getBytes(US_ASCII);
    }

    void release() {
        if (message != null) {
            message.release();
            message = null;
        }
    }
}

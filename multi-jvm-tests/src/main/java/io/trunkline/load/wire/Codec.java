package io.trunkline.load.wire;

import io.netty.buffer.ByteBuf;
import io.trunkline.load.plan.Expect;
import io.trunkline.load.plan.LoadPlan;

/** Writes the requests of one event loop and checks their answers. Its buffers serve one connection after another. */
public final class Codec {
    public final LoadPlan plan;
    public final HttpText text;

    /** Judges the answers of the load. */
    public final AnswerCheck check;

    /** Judges the answers of the handshake, which is JSON-RPC whatever the load expects. */
    public final ResponseCheck responseCheck;

    /** For bytes that are looked at before anything else is read. */
    public final byte[] shared = new byte[64 * 1024];

    private final RequestWriter lines;
    private final HttpRequestWriter posts;

    public Codec(LoadPlan plan) {
        this.plan = plan;
        lines = new RequestWriter(plan.requestLine());
        text = new HttpText(plan.host(), plan.port());
        posts = new HttpRequestWriter(text, plan);
        responseCheck = new ResponseCheck(plan.request().callsTool());
        check = plan.expect() == Expect.ECHO ? new EchoCheck(plan.requestLine()) : responseCheck;
    }

    /** A request of the load as a line; written or released before the next one is asked for. */
    public ByteBuf line(int connection, int sequence) {
        return lines.numbered(connection, sequence);
    }

    /** The same as a POST. */
    public ByteBuf post(byte[] session, int connection, int sequence) {
        return posts.numbered(session, connection, sequence);
    }

    public void release() {
        lines.release();
        posts.release();
    }
}

package io.trunkline.balancer.relay;

import io.netty.buffer.ByteBuf;
import io.trunkline.protocol.refusal.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A client that writes down what it is told. */
final class FakeClient implements ClientSink {
    /** Whole lines that were gathered; what is begun and not ended is in {@link #begun}. */
    final List<String> lines = new ArrayList<>();

    final StringBuilder begun = new StringBuilder();
    final List<Refusal> refusals = new ArrayList<>();
    final List<String> lastWords = new ArrayList<>();
    boolean writable = true;
    boolean paused;
    int flushes;
    int settled;
    private boolean gathered;

    @Override
    public void gather(ByteBuf payload, boolean last) {
        gathered = true;
        begun.append(payload.toString(StandardCharsets.UTF_8));
        if (last) {
            lines.add(begun.toString());
            begun.setLength(0);
        }
    }

    @Override
    public void flush() {
        gathered = false;
        flushes++;
    }

    @Override
    public void breakOff() {
        begun.setLength(0);
    }

    @Override
    public boolean writable() {
        return writable;
    }

    @Override
    public void pause(boolean pause) {
        paused = pause;
    }

    @Override
    public void refuse(Refusal refusal, List<byte[]> answers) {
        refusals.add(refusal);
        answers.forEach(answer -> lastWords.add(new String(answer, StandardCharsets.UTF_8)));
        gathered = false;
    }

    @Override
    public void settled() {
        settled++;
    }

    /** Whether something was gathered and not sent. */
    boolean unflushed() {
        return gathered;
    }
}

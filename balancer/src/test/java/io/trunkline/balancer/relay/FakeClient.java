package io.trunkline.balancer.relay;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.trunkline.balancer.client.Account;
import io.trunkline.balancer.client.ClientMemory;
import io.trunkline.balancer.client.Tenant;
import io.trunkline.protocol.memory.MemoryBudget;
import io.trunkline.protocol.metrics.Metrics;
import io.trunkline.protocol.refusal.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A client that writes down what it is told. */
final class FakeClient implements ClientSink, Tenant {
    /** Whole lines that were gathered; what is begun and not ended is in {@link #begun}. */
    final List<String> lines = new ArrayList<>();

    final StringBuilder begun = new StringBuilder();
    /** What each of the lines belongs to. */
    final List<String> numbers = new ArrayList<>();

    /** Messages that got no answer. */
    final List<Integer> unanswered = new ArrayList<>();

    final List<Refusal> refusals = new ArrayList<>();
    final List<String> lastWords = new ArrayList<>();
    boolean writable = true;
    boolean paused;
    int flushes;
    int settled;
    int broken;
    boolean heldBack;
    final Metrics metrics = new Metrics();
    final ClientMemory memory;
    private final Account account;
    private boolean gathered;
    /** Thrown when something is gathered; null: nothing. */
    @Nullable
    Error failure;

    FakeClient(EventLoop loop) {
        memory = new ClientMemory(new MemoryBudget(1 << 20), metrics, loop);
        account = memory.of(loop).account(this);
    }

    @Override
    public Account account() {
        return account;
    }

    @Override
    public void broken() {
        broken++;
    }

    @Override
    public void holdBack(boolean back) {
        heldBack = back;
    }

    @Override
    public void shed() {
        throw new AssertionError("shed");
    }

    @Override
    public void gather(int number, boolean answers, ByteBuf payload, boolean last) {
        if (failure != null) {
            throw failure;
        }
        gathered = true;
        begun.append(payload.toString(StandardCharsets.UTF_8));
        if (last) {
            numbers.add((answers ? "answer " : "note ") + number);
            lines.add(begun.toString());
            begun.setLength(0);
        }
    }

    @Override
    public void unanswered(int number) {
        unanswered.add(number);
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
    public void refuse(Refusal refusal, List<Answer> answers) {
        refusals.add(refusal);
        answers.forEach(answer -> lastWords.add(new String(answer.text().array(), StandardCharsets.UTF_8)));
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

package io.trunkline.balancer.trunk;

import io.netty.buffer.ByteBuf;
import io.trunkline.protocol.frame.Bytes;
import io.trunkline.protocol.refusal.Reason;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Writes down what a stream's listener hears. */
final class Heard implements StreamListener {
    final List<String> events = new ArrayList<>();

    @Override
    public void onOpened() {
        events.add("opened");
    }

    @Override
    public void onData(int answers, boolean note, boolean last, ByteBuf payload) {
        events.add((note ? "note " : "data ")
                + answers
                + (last ? " last " : " ")
                + payload.toString(StandardCharsets.UTF_8));
    }

    @Override
    public void onDone(int number) {
        events.add("done " + number);
    }

    @Override
    public void onRoom() {
        events.add("room");
    }

    @Override
    public void onCheckpoint(Bytes state) {
        events.add("checkpoint " + new String(state.array(), StandardCharsets.UTF_8));
    }

    @Override
    public void onReset(Reason reason, int handled, String text) {
        events.add("reset " + reason + " " + handled + " " + text);
    }

    @Override
    public void onTrunkLost() {
        events.add("lost");
    }

    @Override
    public void onTurnEnd() {
        events.add("turn end");
    }
}

package io.trunkline.node.mcp;

import io.trunkline.node.spi.SessionInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/** Writes down in which order it is called. Runs tasks at once. */
final class RecordingPeer implements Peer {

    final List<String> order = new ArrayList<>();

    @Override
    public SessionInfo session() {
        return new SessionInfo("s-1", "node-1", 17, 3, "tcp", "");
    }

    @Override
    public void send(byte[] message, int answers) {
        order.add("send " + answers);
    }

    @Override
    public void tell(byte[] message, int relatedTo) {
        order.add("tell " + relatedTo);
    }

    @Override
    public void part(int number, int retryMillis) {}

    @Override
    public void done(int number) {
        order.add("done " + number);
    }

    @Override
    public void checkpoint(byte[] state) {
        order.add("checkpoint");
    }

    @Override
    public Executor executor() {
        return Runnable::run;
    }
}

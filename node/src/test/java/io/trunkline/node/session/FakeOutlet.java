package io.trunkline.node.session;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.trunkline.protocol.refusal.Reason;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.pekko.actor.typed.ActorRef;

/** A client's stream that writes down what the session says, one line for each call. */
final class FakeOutlet implements Outlet {
    final List<String> heard = new CopyOnWriteArrayList<>();

    @Override
    public void opened(ActorRef<Session.Command> session) {
        heard.add("opened");
    }

    @Override
    public void adopted(int epoch, int handled, List<Integer> running) {
        heard.add("adopted " + epoch + " " + handled + " " + running);
    }

    @Override
    public void send(byte[] message, int answers) {
        heard.add("send " + answers + " " + new String(message, UTF_8));
    }

    @Override
    public void done(int number) {
        heard.add("done " + number);
    }

    @Override
    public void consumed(int bytes) {
        heard.add("consumed " + bytes);
    }

    @Override
    public void checkpoint(byte[] state) {
        heard.add("checkpoint " + new String(state, UTF_8));
    }

    @Override
    public void reset(Reason reason, int handled, String text) {
        heard.add("reset " + reason.label() + " " + handled);
    }
}

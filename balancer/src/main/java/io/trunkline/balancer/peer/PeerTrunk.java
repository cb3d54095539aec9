package io.trunkline.balancer.peer;

import io.trunkline.balancer.events.BalancerEvents;
import io.trunkline.protocol.codec.BadFrameException;
import io.trunkline.protocol.frame.Frame;
import io.trunkline.protocol.refusal.Reason;
import io.trunkline.protocol.trunk.AcceptedTrunk;
import io.trunkline.protocol.trunk.TrunkEnd;
import io.trunkline.protocol.trunk.TrunkListener;
import java.io.IOException;

/** The requests of one trunk from another balancer. Belongs to the trunk's event loop. */
final class PeerTrunk implements AcceptedTrunk.Owner<PeerStream>, TrunkListener.Server {
    private final TrunkEnd end;
    private final PeerListener listener;
    private final AcceptedTrunk<PeerStream> streams;
    private String peer = "";

    PeerTrunk(TrunkEnd end, PeerListener listener) {
        this.end = end;
        this.listener = listener;
        PeerSettings settings = listener.settings();
        this.streams = new AcceptedTrunk<>(end, listener.identity(), settings.handshake(), settings.silence(), this);
    }

    @Override
    public TrunkEnd.Side side() {
        return streams;
    }

    TrunkEnd end() {
        return end;
    }

    void remove(PeerStream stream) {
        streams.remove(stream.number());
    }

    @Override
    public void onProved(String edge) {
        peer = edge;
        listener.proved(this);
    }

    @Override
    public void onOpen(Frame frame) {
        if (!(frame instanceof Frame.Ask ask)) {
            throw AcceptedTrunk.notSaid(frame);
        }
        PeerStream stream = new PeerStream(this, listener.memory(end.loop()), ask.stream(), listener.settings());
        streams.put(ask.stream(), stream);
        PeerRequests.Request request = listener.requests().open(stream, ask.session(), ask.what(), ask.head());
        if (request == null) {
            stream.refuse(Reason.UNKNOWN_SESSION);
        } else {
            stream.serve(request);
        }
    }

    @Override
    public void onFrame(PeerStream stream, Frame frame) {
        try {
            if (frame instanceof Frame.Data data) {
                stream.onData(data);
            } else if (frame instanceof Frame.Credit credit) {
                stream.onCredit(credit.bytes());
            } else {
                throw AcceptedTrunk.notSaid(frame);
            }
        } catch (BadFrameException e) {
            throw e;
        } catch (OutOfMemoryError | RuntimeException e) {
            // What fails for one client must not end the trunk, which carries all the others.
            stream.broken(e);
        }
    }

    @Override
    public void onReset(PeerStream stream, Reason reason) {
        try {
            stream.onEnd();
        } catch (OutOfMemoryError | RuntimeException e) {
            stream.broken(e);
        }
    }

    @Override
    public void onGoAway(Frame.GoAway goAway) {
        // It closes the trunk itself.
    }

    @Override
    public void onTick() {
        // Nothing but silence is looked for.
    }

    @Override
    public void onSilent() {
        // The other balancer, or its machine, is gone.
    }

    @Override
    public void onBadFrame(String remote, Reason reason, String text) {
        BalancerEvents.peerRefused(remote, reason, text);
    }

    @Override
    public void onFailed(Throwable cause) {
        if (cause instanceof IOException) {
            end.channel().close();
        } else {
            BalancerEvents.peerBroken(peer, cause);
            end.sendAway(Reason.INTERNAL, "");
        }
    }

    @Override
    public void onClosed() {
        listener.closed(this);
    }

    @Override
    public void onLost(PeerStream stream) {
        remove(stream);
        stream.onEnd();
    }
}

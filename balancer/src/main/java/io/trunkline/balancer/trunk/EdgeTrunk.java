package io.trunkline.balancer.trunk;

import io.trunkline.balancer.assign.NodeKey;
import io.trunkline.balancer.events.BalancerEvents;
import io.trunkline.protocol.codec.BadFrameException;
import io.trunkline.protocol.frame.Bytes;
import io.trunkline.protocol.frame.Frame;
import io.trunkline.protocol.refusal.Reason;
import io.trunkline.protocol.trunk.StreamMap;
import io.trunkline.protocol.trunk.TrunkEnd;
import io.trunkline.protocol.trunk.TrunkWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The dialing end of one trunk: proves the secret, then carries the streams of its event loop's clients. */
final class EdgeTrunk implements TrunkEnd.Side {
    private final TrunkEnd end;
    private final TrunkLink link;
    private final EdgeHandshake handshake;
    private final Pulse pulse;
    private final StreamMap<EdgeStream> streams = new StreamMap<>();
    private final List<EdgeStream> touched = new ArrayList<>();
    private final Set<EdgeStream> blocked = new LinkedHashSet<>();
    private Frame.@Nullable Welcome welcome;
    private int newestStream;
    private int opening;
    private boolean goneAway;

    EdgeTrunk(TrunkEnd end, TrunkLink link, EdgeHandshake handshake) {
        this.end = end;
        this.link = link;
        this.handshake = handshake;
        this.pulse = new Pulse(end, link.settings());
    }

    NodeKey node() {
        return link.node();
    }

    TrunkWriter writer() {
        return end.writer();
    }

    /** Whether new streams may be opened here. */
    boolean takesStreams() {
        return welcome != null && !goneAway && !pulse.suspect();
    }

    /** Whether the node has asked for no new streams. */
    boolean goneAway() {
        return goneAway;
    }

    Pulse pulse() {
        return pulse;
    }

    /** Opens a session's stream; the listener hears {@link StreamListener#onOpened} or its end. */
    EdgeStream open(Binding binding, StreamListener to) {
        EdgeStream stream = newStream(to);
        writer().write(new Frame.Open(
                stream.number(),
                binding.session(),
                binding.epoch(),
                binding.transport(),
                binding.remote(),
                binding.checkpoint(),
                binding.guest(),
                binding.lost(),
                binding.owner()));
        return stream;
    }

    /** Opens a stream that asks another balancer for something of a session. */
    EdgeStream ask(String session, String what, Bytes head, StreamListener to) {
        EdgeStream stream = newStream(to);
        writer().write(new Frame.Ask(stream.number(), session, what, head));
        return stream;
    }

    private EdgeStream newStream(StreamListener to) {
        do {
            newestStream++;
        } while (newestStream == Frame.NO_STREAM || streams.contains(newestStream));
        EdgeStream stream = new EdgeStream(
                this, newestStream, Objects.requireNonNull(welcome).window(), to);
        streams.put(newestStream, stream);
        opening++;
        link.opening(1);
        link.load().opened();
        return stream;
    }

    /** Goes on from this number. */
    void newestStream(int number) {
        newestStream = number;
    }

    /** Takes a stream off the trunk; false when it was off already. */
    boolean ended(EdgeStream stream) {
        if (streams.remove(stream.number()) == null) {
            return false;
        }
        settled(stream);
        link.load().closed();
        blocked.remove(stream);
        return true;
    }

    /** The node has answered the opening of a stream, or the stream has ended before. */
    void settled(EdgeStream stream) {
        if (stream.settle()) {
            opening--;
            link.opening(-1);
        }
    }

    /** The stream wants to hear of the end of this turn. */
    void touched(EdgeStream stream) {
        touched.add(stream);
    }

    /** The stream has room but the socket does not keep up. */
    void blocked(EdgeStream stream) {
        blocked.add(stream);
    }

    @Override
    public void onConnected() {
        writer().write(handshake.hello());
        end.later(link.settings().handshake(), () -> {
            if (welcome == null) {
                end.channel().close();
            }
        });
    }

    @Override
    public void onClosed() {
        boolean wasOpen = welcome != null;
        welcome = null;
        List<EdgeStream> lost = new ArrayList<>(streams.all());
        streams.clear();
        blocked.clear();
        lost.forEach(stream -> link.load().closed());
        link.opening(-opening);
        opening = 0;
        link.closed(this, wasOpen, lost.size());
        lost.forEach(stream -> contain(stream, stream.listener()::onTrunkLost));
    }

    @Override
    public void onTurnEnd() {
        for (EdgeStream stream : touched) {
            try {
                stream.endTurn();
            } catch (OutOfMemoryError | RuntimeException e) {
                broken(stream, e);
            }
        }
        touched.clear();
    }

    @Override
    public void onWritability(boolean writable) {
        if (writable && !blocked.isEmpty()) {
            List<EdgeStream> free = new ArrayList<>(blocked);
            blocked.clear();
            free.forEach(stream -> contain(stream, stream.listener()::onRoom));
        }
    }

    @Override
    public void onBadFrame(Reason reason, String text) {
        BalancerEvents.trunkRefused(node(), reason, text);
        if (handshake.replaced()) {
            link.replaced();
        }
    }

    @Override
    public void onFailed(Throwable cause) {
        if (cause instanceof IOException) {
            BalancerEvents.trunkFailed(node(), cause);
        } else {
            BalancerEvents.trunkBroken(node(), cause);
        }
        end.channel().close();
    }

    @Override
    public void onTick(long now) {
        if (welcome == null) {
            pulse.begin(now);
            return;
        }
        switch (pulse.look(now)) {
            case SILENT -> {
                BalancerEvents.trunkSilent(node());
                link.silent();
                end.channel().close();
            }
            case CHANGED -> {
                BalancerEvents.nodeSuspect(node(), pulse.suspect());
                link.changed();
            }
            default -> {}
        }
    }

    @Override
    public void onFrame(Frame frame) {
        if (welcome == null) {
            shakeHands(frame);
        } else if (frame.stream() == Frame.NO_STREAM) {
            onTrunkFrame(frame);
        } else {
            EdgeStream stream = streams.get(frame.stream());
            if (stream == null) {
                link.members().stale();
                return;
            }
            try {
                stream.onFrame(frame);
            } catch (BadFrameException e) {
                throw e;
            } catch (OutOfMemoryError | RuntimeException e) {
                broken(stream, e);
            }
        }
    }

    private void shakeHands(Frame frame) {
        if (frame instanceof Frame.Challenge challenge) {
            writer().write(handshake.answer(challenge));
            end.authenticated();
        } else if (frame instanceof Frame.Welcome said && handshake.challenged()) {
            if (!link.agree(said)) {
                throw new BadFrameException(Reason.INCOMPATIBLE, said.slots() + " slots, unlike the other nodes");
            }
            welcome = said;
            link.opened(this);
        } else if (frame instanceof Frame.GoAway goAway) {
            throw new BadFrameException(goAway.reason(), "sent away: " + goAway.text());
        } else {
            throw new BadFrameException(frame.getClass().getSimpleName() + " in the handshake");
        }
    }

    /** What fails for one client must not end the trunk, which carries all the others. */
    private void contain(EdgeStream stream, Runnable news) {
        try {
            news.run();
        } catch (OutOfMemoryError | RuntimeException e) {
            broken(stream, e);
        }
    }

    private void broken(EdgeStream stream, Throwable cause) {
        try {
            stream.reset(Reason.INTERNAL);
            stream.listener().onBroken(cause);
        } catch (OutOfMemoryError | RuntimeException e) {
            BalancerEvents.clientBroken(e);
        }
    }

    private void onTrunkFrame(Frame frame) {
        if (frame instanceof Frame.Pong pong) {
            pulse.answered(pong.value());
        } else if (frame instanceof Frame.Ping ping) {
            writer().write(new Frame.Pong(ping.value()));
        } else if (frame instanceof Frame.Load load) {
            link.load().elsewhere(load.sessionsElsewhere());
            link.load().ceiling(load.ceiling());
        } else if (frame instanceof Frame.Slots slots) {
            link.members().slots().told(node(), slots.version(), slots.hosted());
        } else if (frame instanceof Frame.Orphan orphan) {
            link.orphan(orphan);
        } else if (frame instanceof Frame.GoAway goAway) {
            goneAway = true;
            BalancerEvents.trunkSentAway(node(), goAway.reason(), goAway.text());
            link.changed();
        } else {
            throw notSaid(frame);
        }
    }

    /** What is thrown at a frame that the listening end does not send. */
    static BadFrameException notSaid(Frame frame) {
        return new BadFrameException("a node may not say " + frame.getClass().getSimpleName());
    }
}

package io.trunkline.balancer.trunk;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.trunkline.balancer.assign.NodeKey;
import io.trunkline.balancer.cluster.NodeInfo;
import io.trunkline.protocol.codec.FrameCodec;
import io.trunkline.protocol.codec.FrameDecoder;
import io.trunkline.protocol.frame.Frame;
import io.trunkline.protocol.member.HostPort;
import io.trunkline.protocol.session.SlotSet;
import io.trunkline.protocol.trunk.ClusterSecret;
import io.trunkline.protocol.trunk.TrunkEnd;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The far end of a trunk: hears what the balancer says and says what the test wants. */
public final class FakeNode {
    /** What it knows, as the balancer does. */
    public static final ClusterSecret SECRET = new ClusterSecret("a secret that is long enough");

    private final TestTrunks trunks;
    private final NodeInfo info;
    private final SlotSet slots;
    private final List<Frame> heard = new ArrayList<>();
    private @Nullable EmbeddedChannel reader;
    private @Nullable EmbeddedChannel channel;
    private int attempts;
    private long slotsVersion;

    /** Whether it takes connections. */
    boolean listening = true;

    /** The sessions that it says it takes. */
    public int limit = 25_000;

    FakeNode(TestTrunks trunks, int number, int... slots) {
        this.trunks = trunks;
        this.info = new NodeInfo(
                new NodeKey("node-" + number, number),
                new HostPort("127.0.0.1", 9000 + number),
                new HostPort("127.0.0.1", 25_530 + number),
                true);
        this.slots = SlotSet.of(slots);
    }

    public NodeKey key() {
        return info.key();
    }

    NodeInfo info() {
        return info;
    }

    NodeInfo unfit() {
        return new NodeInfo(info.key(), info.trunk(), info.artery(), false);
    }

    int port() {
        return info.trunk().port();
    }

    /** How often the balancer has tried to connect. */
    int attempts() {
        return attempts;
    }

    void attempted() {
        attempts++;
    }

    void connected(EmbeddedChannel to) {
        channel = to;
        reader = new EmbeddedChannel(decoder());
        heard.clear();
    }

    private FrameDecoder decoder() {
        FrameDecoder fresh = new FrameDecoder(this::hear);
        fresh.authenticated();
        return fresh;
    }

    EmbeddedChannel channel() {
        return Objects.requireNonNull(channel, "no connection");
    }

    EdgeTrunk trunk() {
        return (EdgeTrunk) channel().pipeline().get(TrunkEnd.class).side();
    }

    // --- what it says

    /** Proves the secret, lets the balancer in, and says which slots it hosts. */
    public void welcome() {
        Frame.Hello hello = hear(Frame.Hello.class);
        Frame.Challenge challenge = challenge(hello);
        say(challenge);
        assertThat(hear(Frame.Proof.class).proof()).isEqualTo(SECRET.ofEdge(hello, challenge));
        say(new Frame.Welcome(TestTrunks.SLOTS, limit, TestTrunks.WINDOW), new Frame.Slots(++slotsVersion, slots));
        trunks.run();
    }

    Frame.Challenge challenge(Frame.Hello hello) {
        NodeKey key = info.key();
        var nonce = ClusterSecret.nonce();
        return new Frame.Challenge(
                Frame.MAX_VERSION,
                nonce,
                SECRET.ofNode(hello, Frame.MAX_VERSION, nonce, key.name(), key.incarnation()),
                key.name(),
                key.incarnation());
    }

    /** Says these frames in one turn of the event loop. */
    public void say(Frame... frames) {
        ByteBuf bytes = channel().alloc().buffer();
        for (Frame frame : frames) {
            FrameCodec.encode(frame, bytes);
        }
        channel().writeInbound(bytes);
        trunks.run();
    }

    /** Hosts these slots from now on. */
    public void host(int... hosted) {
        say(new Frame.Slots(++slotsVersion, SlotSet.of(hosted)));
    }

    /** A piece of a message. */
    public static Frame.Data data(int stream, int answers, boolean last, String text) {
        return new Frame.Data(stream, answers, last, Unpooled.copiedBuffer(text, StandardCharsets.UTF_8));
    }

    /** An answer in one piece. */
    public static Frame.Data answer(int stream, int answers, String text) {
        return data(stream, answers, true, text);
    }

    /** The connection breaks, and the next one is taken. */
    public void hangUp() {
        channel().close();
        trunks.pass(200);
    }

    /** It can be reached again; the balancer connects when its pause is over. */
    public void comeBack() {
        listening = true;
        trunks.pass(10_000);
    }

    /** The connection breaks, and there is nobody to connect to. */
    public void die() {
        listening = false;
        channel().close();
        trunks.pass(200);
    }

    /** The socket towards this node takes no more, or takes bytes again. */
    public void clogged(boolean clogged) {
        channel().unsafe().outboundBuffer().setUserDefinedWritability(1, !clogged);
        trunks.run();
    }

    // --- what it hears

    /** Everything that it was told since the last call. */
    public List<Frame> heard() {
        trunks.run();
        for (ByteBuf sent = channel().readOutbound();
                sent != null;
                sent = channel().readOutbound()) {
            Objects.requireNonNull(reader).writeInbound(sent);
        }
        List<Frame> all = List.copyOf(heard);
        heard.clear();
        return all;
    }

    /** The one frame that it was told since the last call. */
    public <F extends Frame> F hear(Class<F> kind) {
        List<Frame> all = heard();
        assertThat(all).singleElement().isInstanceOf(kind);
        return kind.cast(all.get(0));
    }

    private void hear(Frame frame) {
        // The payload is gone when the decoder is done.
        heard.add(
                frame instanceof Frame.Data data
                        ? new Frame.Data(
                                data.stream(),
                                data.number(),
                                data.last(),
                                data.repeated(),
                                data.note(),
                                data.losses(),
                                Unpooled.copiedBuffer(data.payload()))
                        : frame);
    }

    /** The text of a piece. */
    public static String text(Frame frame) {
        return ((Frame.Data) frame).payload().toString(StandardCharsets.UTF_8);
    }
}

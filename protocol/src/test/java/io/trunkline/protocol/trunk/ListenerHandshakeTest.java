package io.trunkline.protocol.trunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.netty.buffer.Unpooled;
import io.trunkline.protocol.codec.BadFrameException;
import io.trunkline.protocol.frame.Bytes;
import io.trunkline.protocol.frame.Frame;
import io.trunkline.protocol.refusal.Reason;
import io.trunkline.protocol.session.SlotSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ListenerHandshakeTest {
    private static final ClusterSecret SECRET = new ClusterSecret("a secret of this cluster");
    private static final Frame.Welcome WELCOME = new Frame.Welcome(256, 25_000, 65_536);

    private final ListenerHandshake handshake = handshake();

    static Stream<Frame> everythingButHello() {
        return Stream.concat(
                Stream.of(new Frame.Proof(ClusterSecret.nonce()), new Frame.Proof(Bytes.EMPTY)), neverInAHandshake());
    }

    static Stream<Frame> everythingButProof() {
        return Stream.concat(Stream.of(hello()), neverInAHandshake());
    }

    static Stream<Frame> neverInAHandshake() {
        return Stream.of(
                new Frame.Challenge(1, ClusterSecret.nonce(), ClusterSecret.nonce(), "node-1", 1),
                WELCOME,
                new Frame.Slots(1, SlotSet.of(3)),
                new Frame.Load(1, 2),
                new Frame.Open(1, "AAAAAAAAAAAAAAAAAAAAAAAA", 1, "tcp", "127.0.0.1:1", Bytes.EMPTY),
                new Frame.Opened(1),
                new Frame.Data(1, 1, true, Unpooled.EMPTY_BUFFER),
                new Frame.Done(1, 1),
                new Frame.Credit(1, 1),
                new Frame.Checkpoint(1, Bytes.EMPTY),
                new Frame.Reset(1, Reason.CLOSED, 0, ""),
                new Frame.Release(1),
                new Frame.Ping(1),
                new Frame.Pong(1),
                new Frame.GoAway(Reason.CLOSED, ""));
    }

    @Test
    void letsInAnEdgeThatProvesTheSecret() {
        Frame.Hello hello = hello();

        Frame.Challenge challenge = (Frame.Challenge) handshake.answer(hello);
        assertThat(handshake.done()).isFalse();
        Frame answer = handshake.answer(new Frame.Proof(SECRET.ofEdge(hello, challenge)));

        assertThat(answer).isEqualTo(WELCOME);
        assertThat(handshake.done()).isTrue();
        assertThat(handshake.edge()).isEqualTo("balancer-1#4d");
    }

    @Test
    void provesTheSecretItself() {
        Frame.Hello hello = hello();

        Frame.Challenge challenge = (Frame.Challenge) handshake.answer(hello);

        assertThat(challenge.version()).isEqualTo(Frame.MAX_VERSION);
        assertThat(challenge.member()).isEqualTo("node-1");
        assertThat(challenge.incarnation()).isEqualTo(9);
        assertThat(challenge.nonce().length()).isEqualTo(ClusterSecret.NONCE);
        assertThat(challenge.proof())
                .isEqualTo(SECRET.ofNode(hello, challenge.version(), challenge.nonce(), "node-1", 9));
    }

    @Test
    void namesNobodyBeforeTheHello() {
        assertThat(handshake.edge()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("everythingButHello")
    void takesNothingBeforeTheHello(Frame frame) {
        assertBroken(handshake, frame, Reason.PROTOCOL, "expected: Hello");
    }

    @ParameterizedTest
    @MethodSource("everythingButProof")
    void takesNothingButTheProofAfterTheHello(Frame frame) {
        handshake.answer(hello());

        assertBroken(handshake, frame, Reason.PROTOCOL, "expected: Proof");
    }

    @Test
    void refusesAProofOfAnotherSecret() {
        Frame.Hello hello = hello();
        Frame.Challenge challenge = (Frame.Challenge) handshake.answer(hello);
        Bytes proof = new ClusterSecret("a secret of that cluster").ofEdge(hello, challenge);

        assertBroken(handshake, new Frame.Proof(proof), Reason.UNAUTHENTICATED, "balancer-1");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 31, 33, 64})
    void refusesAProofOfAnyOtherLength(int length) {
        handshake.answer(hello());

        assertBroken(handshake, new Frame.Proof(Bytes.wrap(new byte[length])), Reason.UNAUTHENTICATED, "wrong proof");
    }

    @Test
    void refusesTheProofOfAnotherTrunkWithTheSameHello() {
        Frame.Hello hello = hello();
        Frame.Challenge former = (Frame.Challenge) handshake.answer(hello);
        Frame.Proof proof = new Frame.Proof(SECRET.ofEdge(hello, former));
        assertThat(handshake.answer(proof)).isEqualTo(WELCOME);

        ListenerHandshake next = handshake();
        Frame.Challenge challenge = (Frame.Challenge) next.answer(hello);

        assertThat(challenge.nonce()).isNotEqualTo(former.nonce());
        assertBroken(next, proof, Reason.UNAUTHENTICATED, "wrong proof");
    }

    @Test
    void refusesItsOwnProofSentBack() {
        Frame.Challenge challenge = (Frame.Challenge) handshake.answer(hello());

        assertBroken(handshake, new Frame.Proof(challenge.proof()), Reason.UNAUTHENTICATED, "wrong proof");
    }

    @ParameterizedTest
    @CsvSource({"1,1,1", "0,1,1", "1,2,1", "1,255,1", "0,255,1"})
    void speaksTheNewestVersionThatBothKnow(int min, int max, int version) {
        Frame.Hello hello = new Frame.Hello(min, max, ClusterSecret.nonce(), "balancer-1", 77);

        Frame.Challenge challenge = (Frame.Challenge) handshake.answer(hello);

        assertThat(challenge.version()).isEqualTo(version);
        assertThat(handshake.answer(new Frame.Proof(SECRET.ofEdge(hello, challenge))))
                .isEqualTo(WELCOME);
    }

    @ParameterizedTest
    @CsvSource({"2,2", "2,255", "0,0", "2,1", "255,0"})
    void refusesVersionsItDoesNotKnow(int min, int max) {
        Frame hello = new Frame.Hello(min, max, ClusterSecret.nonce(), "balancer-1", 77);

        assertBroken(handshake, hello, Reason.INCOMPATIBLE, "versions " + min + ".." + max);
        assertThat(handshake.edge()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 16, 31, 33, 64})
    void refusesANonceOfAnyOtherLength(int length) {
        Frame hello = new Frame.Hello(1, 1, Bytes.wrap(new byte[length]), "balancer-1", 77);

        assertBroken(handshake, hello, Reason.PROTOCOL, "nonce");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "a\nnode.draining sessions=0", "a\u001b[2J", "\u00fc"})
    void refusesANameThatNoMemberCanHave(String member) {
        Frame hello = new Frame.Hello(1, 1, ClusterSecret.nonce(), member, 77);

        assertThatThrownBy(() -> handshake.answer(hello))
                .isInstanceOf(BadFrameException.class)
                .hasMessageContaining("name")
                .hasMessageNotContaining("\n");
        assertThat(handshake.edge()).isEmpty();
    }

    private static ListenerHandshake handshake() {
        return new ListenerHandshake(new TrunkIdentity("node-1", 9, SECRET, WELCOME));
    }

    private static Frame.Hello hello() {
        return new Frame.Hello(1, Frame.MAX_VERSION, ClusterSecret.nonce(), "balancer-1", 77);
    }

    private static void assertBroken(ListenerHandshake handshake, Frame frame, Reason reason, String text) {
        assertThatThrownBy(() -> handshake.answer(frame))
                .hasMessageContaining(text)
                .asInstanceOf(type(BadFrameException.class))
                .extracting(BadFrameException::reason)
                .isEqualTo(reason);
        assertThat(handshake.done()).isFalse();
    }
}

package io.trunkline.balancer.roam;

import static io.trunkline.balancer.edge.HttpBench.PING;
import static io.trunkline.balancer.edge.HttpBench.body;
import static io.trunkline.balancer.edge.HttpBench.get;
import static io.trunkline.balancer.edge.HttpBench.header;
import static io.trunkline.balancer.edge.HttpBench.post;
import static io.trunkline.balancer.edge.HttpBench.status;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.trunkline.balancer.edge.HttpBench;
import io.trunkline.balancer.peer.Asker;
import io.trunkline.balancer.trunk.FakeNode;
import io.trunkline.protocol.frame.Bytes;
import io.trunkline.protocol.frame.Frame;
import io.trunkline.protocol.refusal.Reason;
import io.trunkline.protocol.session.Owner;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests for sessions that another balancer holds, or held. */
class ForwardedRequestTest {
    private static final String ANSWER = "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}";

    private final HttpBench bench = new HttpBench();
    private final FakeNode node = bench.trunks.onlyNode();
    private final FakeNode other = bench.trunks.node(7);
    private final String id = bench.seal().mint(5, Owner.NOBODY.key());
    private final String session = "Mcp-Session-Id: " + id;
    private final EmbeddedChannel client = bench.connect();

    @BeforeEach
    void anotherBalancer() {
        bench.trunks.balancers(other);
        other.welcome();
    }

    @AfterEach
    void nothingIsLeft() {
        bench.close();
    }

    // --- another balancer holds the session

    @Test
    void isPassedOnToTheBalancerThatHoldsTheSession() {
        bench.write(client, post(PING, session, "Mcp-Protocol-Version: 2025-11-25"));
        Frame.Ask open = other.hear(Frame.Ask.class);
        assertThat(open.session()).isEqualTo(id);
        assertThat(open.what()).isEqualTo("POST");
        assertThat(new String(open.head().array(), StandardCharsets.UTF_8)).isEqualTo("2025-11-25\n");
        other.say(new Frame.Opened(open.stream()));
        assertThat(FakeNode.text(other.hear(Frame.Data.class))).isEqualTo(PING);
        other.say(respond(open.stream(), 200, ANSWER), closed(open.stream()));

        String response = bench.said(client);
        assertThat(status(response)).isEqualTo(200);
        assertThat(header(response, "Content-Type")).isEqualTo("application/json");
        assertThat(body(response)).isEqualTo(ANSWER);
        assertThat(node.heard()).isEmpty();
    }

    @Test
    void whatTheClientCanReadIsPassedOnIfItIsNotEverything() {
        bench.write(client, post(PING, session).replace("application/json, text/event-stream", "text/event-stream"));
        Frame.Ask open = other.hear(Frame.Ask.class);
        assertThat(new String(open.head().array(), StandardCharsets.UTF_8)).isEqualTo("\n\ntext/event-stream");
        other.say(new Frame.Opened(open.stream()));
        other.hear(Frame.Data.class);
        other.say(begin(open.stream()), closed(open.stream()));
        bench.said(client);
    }

    @Test
    void anEventStreamComesBackPieceByPieceAndIsCountedWhenTheClientHasIt() {
        bench.write(client, get("/mcp", session, "Last-Event-ID: 0-12"));
        Frame.Ask open = other.hear(Frame.Ask.class);
        assertThat(open.what()).isEqualTo("GET");
        assertThat(new String(open.head().array(), StandardCharsets.UTF_8)).isEqualTo("\n0-12");
        other.say(new Frame.Opened(open.stream()), begin(open.stream()));
        String head = bench.said(client);
        assertThat(header(head, "Content-Type")).isEqualTo("text/event-stream");
        assertThat(header(head, "Mcp-Session-Id")).isEqualTo(id);
        other.say(event(open.stream(), "id: 0-13\ndata: {}\n\n"));
        assertThat(bench.said(client)).contains("id: 0-13\ndata: {}\n\n");
        assertThat(other.hear(Frame.Credit.class).bytes()).isEqualTo("id: 0-13\ndata: {}\n\n".length());

        other.say(closed(open.stream()));
        assertThat(bench.said(client)).isEqualTo("0\r\n\r\n");
        assertThat(client.isOpen()).isTrue();
    }

    @Test
    void aClientThatGoesEndsTheStreamBetweenTheBalancers() {
        int stream = listening();
        client.close();
        bench.trunks.run();
        assertThat(other.hear(Frame.Reset.class)).isEqualTo(new Frame.Reset(stream, Reason.CLOSED, 0, ""));
    }

    @Test
    void whenTheOtherBalancerDiesARequestIsToldThatNobodyKnows() {
        bench.write(client, post(PING, session));
        other.say(new Frame.Opened(other.hear(Frame.Ask.class).stream()));
        other.die();
        String response = bench.said(client);
        assertThat(status(response)).isEqualTo(200);
        assertThat(body(response)).contains("\"id\":1", "\"reason\":\"balancer_lost\"", "\"executed\":\"unknown\"");
    }

    @Test
    void whenTheOtherBalancerDiesAnEventStreamEndsSoThatTheClientComesBack() {
        listening();
        other.die();
        assertThat(bench.said(client)).isEqualTo("0\r\n\r\n");
    }

    @Test
    void aLargeBodyGoesAsFarAsTheOtherBalancerGrants() {
        String large =
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":{\"x\":\"" + "y".repeat(60_000) + "\"}}";
        bench.write(client, post(large, session));
        Frame.Ask open = other.hear(Frame.Ask.class);
        other.say(new Frame.Opened(open.stream()));
        StringBuilder heard = new StringBuilder();
        other.heard().forEach(frame -> heard.append(FakeNode.text(frame)));
        assertThat(heard.toString()).isEqualTo(large);
        other.say(closed(open.stream()));
        assertThat(body(bench.said(client))).contains("balancer_lost");
    }

    @Test
    void aMessageOfTheDeprecatedTransportIsPassedOnAndUnknownWhenNobodyHasItsStream() {
        String request = post(PING, "X: y").replace("POST /mcp ", "POST /mcp/messages?sessionId=" + id + " ");
        bench.write(client, request);
        Frame.Ask open = other.hear(Frame.Ask.class);
        assertThat(open.what()).isEqualTo(PeerEndpoint.MESSAGE);
        other.say(new Frame.Opened(open.stream()));
        assertThat(FakeNode.text(other.hear(Frame.Data.class))).isEqualTo(PING);
        other.say(respond(open.stream(), 202, ""), closed(open.stream()));
        assertThat(status(bench.said(client))).isEqualTo(202);

        bench.write(client, request);
        other.say(new Frame.Reset(other.hear(Frame.Ask.class).stream(), Reason.UNKNOWN_SESSION, 0, ""));
        assertThat(status(bench.said(client))).isEqualTo(404);
        assertThat(node.heard()).isEmpty();
    }

    // --- nobody holds the session

    @Test
    void isTakenOverFromTheNodeWhenTheOtherBalancerDoesNotHoldIt() {
        bench.write(client, post(PING, session));
        other.say(new Frame.Reset(other.hear(Frame.Ask.class).stream(), Reason.UNKNOWN_SESSION, 0, ""));
        int stream = adopt(4, 17, List.of());
        Frame.Data asked = node.hear(Frame.Data.class);
        assertThat(asked.number()).isEqualTo(18);
        node.say(FakeNode.answer(stream, 18, ANSWER));
        assertThat(body(bench.said(client))).isEqualTo(ANSWER);

        // From now on it is here.
        bench.write(client, post(PING, session));
        assertThat(node.hear(Frame.Data.class).number()).isEqualTo(19);
        node.say(FakeNode.answer(stream, 19, ANSWER));
        assertThat(body(bench.said(client))).isEqualTo(ANSWER);
        assertThat(other.heard()).isEmpty();
    }

    @Test
    void isTakenOverWhenTheOtherBalancerCannotBeReached() {
        other.die();
        bench.write(client, post(PING, session));
        int stream = adopt(4, 0, List.of());
        node.hear(Frame.Data.class);
        node.say(FakeNode.answer(stream, 1, ANSWER));
        assertThat(body(bench.said(client))).isEqualTo(ANSWER);
    }

    @Test
    void anAnswerToWhatTheFormerBalancerAskedCanBeHadByItsEventId() {
        other.die();
        bench.write(client, post(PING, session));
        int stream = adopt(4, 17, List.of(16));
        node.hear(Frame.Data.class);
        node.say(FakeNode.answer(stream, 18, ANSWER));
        bench.said(client);
        node.say(FakeNode.answer(stream, 16, "{\"jsonrpc\":\"2.0\",\"id\":9,\"result\":{}}"));

        bench.write(client, get("/mcp", session, "Last-Event-ID: 16-3"));
        assertThat(bench.said(client))
                .contains("data: {\"jsonrpc\":\"2.0\",\"id\":9,\"result\":{}}")
                .endsWith("0\r\n\r\n");
    }

    @Test
    void whatTheFormerBalancerHadAndNobodyElseIsGone() {
        other.die();
        bench.write(client, get("/mcp", session, "Last-Event-ID: 16-3"));
        adopt(4, 17, List.of());
        assertThat(status(bench.said(client))).isEqualTo(410);
    }

    @Test
    void aListeningStreamGoesOnAfterTheFormerBalancersEvents() {
        other.die();
        bench.write(client, get("/mcp", session, "Last-Event-ID: 0-3"));
        int stream = adopt(4, 17, List.of());
        assertThat(status(bench.said(client))).isEqualTo(200);
        node.say(FakeNode.answer(stream, 0, "{\"jsonrpc\":\"2.0\",\"method\":\"x\"}"));
        assertThat(bench.said(client)).contains("id: 0-" + ((4L << 32) + 1) + "\n");
    }

    @Test
    void anEndedSessionIsUnknownEverywhere() {
        bench.write(client, post(PING, session));
        other.say(new Frame.Reset(other.hear(Frame.Ask.class).stream(), Reason.UNKNOWN_SESSION, 0, ""));
        node.say(new Frame.Reset(node.hear(Frame.Open.class).stream(), Reason.UNKNOWN_SESSION, 0, ""));
        assertThat(status(bench.said(client))).isEqualTo(404);
        assertThat(bench.edge.httpSessions().size()).isZero();
    }

    // --- not everybody has said no

    @Test
    void aSessionIsNotUnknownWhileABalancerThatMayHoldItCannotBeReached() {
        other.die();
        bench.write(client, post(PING, session));
        for (int asked = 0; asked < ForwardedRequest.MOST_WAITS; asked++) {
            theNodeKnowsNothing();
            assertThat(bench.said(client)).isEmpty();
            bench.trunks.pass(ForwardedRequest.WAIT_MILLIS);
        }
        theNodeKnowsNothing();
        String response = bench.said(client);
        assertThat(status(response)).isEqualTo(503);
        assertThat(header(response, "Retry-After")).isEqualTo("1");
        assertThat(bench.edge.httpSessions().size()).isZero();

        bench.trunks.balancers();
        bench.write(client, post(PING, session));
        bench.knowsNothing(node);
        assertThat(status(bench.said(client)))
                .as("it has left, and took nothing along")
                .isEqualTo(404);
    }

    @Test
    void aSessionIsFoundAtABalancerThatIsReachedAMomentLater() {
        FakeNode late = bench.trunks.node(8);
        bench.trunks.balancers(other, late);
        bench.write(client, post(PING, session));
        other.say(new Frame.Reset(other.hear(Frame.Ask.class).stream(), Reason.UNKNOWN_SESSION, 0, ""));
        bench.knowsNothing(node);
        late.welcome();
        bench.trunks.pass(ForwardedRequest.WAIT_MILLIS);
        other.say(new Frame.Reset(other.hear(Frame.Ask.class).stream(), Reason.UNKNOWN_SESSION, 0, ""));
        Frame.Ask asked = late.hear(Frame.Ask.class);
        late.say(new Frame.Opened(asked.stream()));
        assertThat(FakeNode.text(late.hear(Frame.Data.class))).isEqualTo(PING);
        late.say(respond(asked.stream(), 200, ANSWER), closed(asked.stream()));
        assertThat(body(bench.said(client))).isEqualTo(ANSWER);
    }

    @Test
    void aBalancerThatDiesWhileItIsAskedHasNotSaidNo() {
        bench.write(client, post(PING, session));
        other.hear(Frame.Ask.class);
        other.die();
        bench.knowsNothing(node);
        assertThat(bench.said(client)).isEmpty();
        bench.trunks.balancers();
        bench.trunks.pass(ForwardedRequest.WAIT_MILLIS);
        bench.knowsNothing(node);
        assertThat(status(bench.said(client))).isEqualTo(404);
    }

    @Test
    void aBalancerThatHasNoRoomForTheQuestionHasNotSaidNo() {
        bench.write(client, post(PING, session));
        other.say(new Frame.Reset(other.hear(Frame.Ask.class).stream(), Reason.OVERLOADED, 0, ""));
        bench.knowsNothing(node);
        assertThat(bench.said(client)).isEmpty();
        client.close();
        bench.trunks.pass(ForwardedRequest.WAIT_MILLIS);
        assertThat(other.heard()).isEmpty();
    }

    @Test
    void nothingIsUnknownBeforeTheOtherBalancersAreKnown() {
        bench.trunks.balancersAmongOthers();
        bench.write(client, post(PING, session));
        bench.knowsNothing(node);
        assertThat(bench.said(client)).isEmpty();
        bench.trunks.balancers();
        bench.trunks.pass(ForwardedRequest.WAIT_MILLIS);
        bench.knowsNothing(node);
        assertThat(status(bench.said(client))).isEqualTo(404);
    }

    @Test
    void allWhoAskForOneSessionAreToldTheSame() {
        other.die();
        EmbeddedChannel second = bench.connect();
        bench.write(client, post(PING, session));
        bench.write(second, get("/mcp", session));
        bench.knowsNothing(node);
        assertThat(bench.said(client)).isEmpty();
        assertThat(bench.said(second)).isEmpty();
        bench.trunks.balancers();
        for (int round = 0; round < 3; round++) {
            bench.trunks.pass(ForwardedRequest.WAIT_MILLIS);
            theNodeKnowsNothing();
        }
        assertThat(status(bench.said(client))).isEqualTo(404);
        assertThat(status(bench.said(second))).isEqualTo(404);
    }

    @Test
    void aMessageOfTheDeprecatedTransportWaitsForABalancerThatMayHaveItsStream() {
        other.die();
        String request = post(PING, "X: y").replace("POST /mcp ", "POST /mcp/messages?sessionId=" + id + " ");
        bench.write(client, request);
        for (int waited = 0; waited < ForwardedRequest.MOST_WAITS; waited++) {
            assertThat(bench.said(client)).isEmpty();
            bench.trunks.pass(ForwardedRequest.WAIT_MILLIS);
        }
        assertThat(status(bench.said(client))).isEqualTo(503);

        bench.write(client, request);
        assertThat(bench.said(client)).isEmpty();
        bench.trunks.balancers();
        bench.trunks.pass(ForwardedRequest.WAIT_MILLIS);
        assertThat(status(bench.said(client))).isEqualTo(404);
    }

    @Test
    void anIdThatNobodyMintedCostsNobodyAQuestion() {
        String forged = id.substring(0, 31) + (id.charAt(31) == 'x' ? 'y' : 'x');
        bench.write(client, post(PING, "Mcp-Session-Id: " + forged));
        assertThat(status(bench.said(client))).isEqualTo(404);
        assertThat(other.heard()).isEmpty();
        assertThat(node.heard()).isEmpty();
    }

    @Test
    void aSessionThatAnotherBalancerTookMeanwhileIsLookedForAgain() {
        bench.write(client, post(PING, session));
        other.say(new Frame.Reset(other.hear(Frame.Ask.class).stream(), Reason.UNKNOWN_SESSION, 0, ""));
        node.say(new Frame.Reset(node.hear(Frame.Open.class).stream(), Reason.STALE_EPOCH, 0, ""));
        Frame.Ask again = other.hear(Frame.Ask.class);
        other.say(new Frame.Opened(again.stream()));
        other.hear(Frame.Data.class);
        other.say(respond(again.stream(), 200, ANSWER), closed(again.stream()));
        assertThat(body(bench.said(client))).isEqualTo(ANSWER);
        assertThat(bench.edge.httpSessions().size()).isZero();
    }

    @Test
    void aSessionThatIsNeverWhereItIsLookedForIsGivenUpWithAStatusThatSaysTryAgain() {
        bench.write(client, post(PING, session));
        nobodyHasIt();
        for (int waits = 0; waits < ForwardedRequest.MOST_WAITS; waits++) {
            nobodyHasIt();
            assertThat(bench.said(client)).isEmpty();
            bench.trunks.pass(ForwardedRequest.WAIT_MILLIS);
        }
        nobodyHasIt();
        String response = bench.said(client);
        assertThat(status(response)).isEqualTo(503);
        assertThat(header(response, "Retry-After")).isEqualTo("1");
    }

    private void nobodyHasIt() {
        other.say(new Frame.Reset(other.hear(Frame.Ask.class).stream(), Reason.UNKNOWN_SESSION, 0, ""));
        isHeldElsewhere();
    }

    private void isHeldElsewhere() {
        node.say(new Frame.Reset(node.hear(Frame.Open.class).stream(), Reason.STALE_EPOCH, 0, ""));
    }

    @Test
    void aSessionThatABalancerHoldsWhichCannotBeReachedYetIsWaitedFor() {
        FakeNode late = bench.trunks.node(8);
        bench.trunks.balancers(late);
        bench.write(client, post(PING, session));
        isHeldElsewhere();
        for (int searches = 0; searches < 20; searches++) {
            isHeldElsewhere();
            assertThat(bench.said(client)).isEmpty();
            bench.trunks.pass(ForwardedRequest.WAIT_MILLIS);
        }
        isHeldElsewhere();
        late.welcome();
        bench.trunks.pass(ForwardedRequest.WAIT_MILLIS);
        Frame.Ask asked = late.hear(Frame.Ask.class);
        late.say(new Frame.Opened(asked.stream()));
        assertThat(FakeNode.text(late.hear(Frame.Data.class))).isEqualTo(PING);
        late.say(respond(asked.stream(), 200, ANSWER), closed(asked.stream()));
        assertThat(body(bench.said(client))).isEqualTo(ANSWER);
    }

    @Test
    void aBalancerThatTurnsOutNotToHaveTheSessionIsNotTheEndOfTheSearch() {
        bench.write(client, post(PING, session));
        int first = other.hear(Frame.Ask.class).stream();
        other.say(new Frame.Opened(first));
        assertThat(FakeNode.text(other.hear(Frame.Data.class))).isEqualTo(PING);
        other.say(new Frame.Reset(first, Reason.STALE_EPOCH, 0, ""));
        isHeldElsewhere();
        int second = other.hear(Frame.Ask.class).stream();
        other.say(new Frame.Opened(second));
        assertThat(FakeNode.text(other.hear(Frame.Data.class))).as("all of it").isEqualTo(PING);
        other.say(respond(second, 200, ANSWER), closed(second));
        assertThat(body(bench.said(client))).isEqualTo(ANSWER);
    }

    @Test
    void aListeningStreamIsLookedForOnWhereItTurnsOutNotToBe() {
        bench.write(client, get("/mcp", session));
        int first = other.hear(Frame.Ask.class).stream();
        other.say(new Frame.Opened(first), new Frame.Reset(first, Reason.UNKNOWN_SESSION, 0, ""));
        adopt(4, 0, List.of());
        assertThat(status(bench.said(client))).isEqualTo(200);
    }

    @Test
    void aBalancerThatLeavesWaitsForAnotherOneToTakeOverWhatItLetGoOf() {
        leaveWhile(post(PING, session));
        for (int searches = 0; searches < 3; searches++) {
            other.say(new Frame.Reset(other.hear(Frame.Ask.class).stream(), Reason.UNKNOWN_SESSION, 0, ""));
            bench.trunks.pass(ForwardedRequest.WAIT_MILLIS);
        }
        Frame.Ask asked = other.hear(Frame.Ask.class);
        other.say(new Frame.Opened(asked.stream()));
        other.hear(Frame.Data.class);
        other.say(respond(asked.stream(), 200, ANSWER), closed(asked.stream()));
        assertThat(body(bench.said(client))).isEqualTo(ANSWER);
        assertThat(node.heard()).as("nothing is taken over").isEmpty();
    }

    /** The balancer leaves after the first half of a request and before the second. */
    private void leaveWhile(String request) {
        bench.write(client, request.substring(0, 20));
        bench.edge.drain(60_000);
        bench.trunks.run();
        bench.tick(6);
        bench.write(client, request.substring(20));
    }

    @Test
    void theLastBalancerThatLeavesSaysSo() {
        bench.trunks.balancers();
        leaveWhile(post(PING, session));
        assertThat(body(bench.said(client))).contains(Reason.SHUTTING_DOWN.text());
    }

    @Test
    void withoutItsNodeASessionIsNotThereNowButNotUnknown() {
        other.die();
        bench.trunks.members();
        bench.write(client, post(PING, session));
        bench.tick(31);
        assertThat(status(bench.said(client))).isEqualTo(503);
        assertThat(bench.edge.httpSessions().size()).isZero();
    }

    // --- a node offers a session

    @Test
    void anOfferedSessionIsTakenOverUnlessAnotherBalancerHoldsIt() {
        node.say(new Frame.Orphan(id, 3, Bytes.EMPTY));
        Frame.Ask asked = other.hear(Frame.Ask.class);
        assertThat(asked.what()).isEqualTo(PeerEndpoint.HOLDS);
        other.say(new Frame.Opened(asked.stream()));
        assertThat(other.hear(Frame.Reset.class).reason()).isEqualTo(Reason.CLOSED);
        assertThat(node.heard()).isEmpty();

        node.say(new Frame.Orphan(id, 3, Bytes.EMPTY));
        other.say(new Frame.Reset(other.hear(Frame.Ask.class).stream(), Reason.UNKNOWN_SESSION, 0, ""));
        adopt(4, 2, List.of());
        assertThat(bench.edge.httpSessions().find(id)).isNotNull();
    }

    @Test
    void aSessionThatItsNodeForgetsIsOpenedAnewFromWhatItWas() {
        other.die();
        Bytes state = Bytes.wrap("{\"v\":1}".getBytes(StandardCharsets.UTF_8));
        node.say(new Frame.Orphan(id, 3, state));
        Frame.Open open = node.hear(Frame.Open.class);
        assertThat(open.epoch()).isEqualTo(4);
        assertThat(open.checkpoint()).isEqualTo(state);
        node.say(new Frame.Opened(open.stream()));

        // The former balancer had taken it over in epoch 3, and counted its events from there.
        bench.write(client, get("/mcp", session, "Last-Event-ID: 0-" + ((3L << 32) + 5)));
        assertThat(status(bench.said(client))).isEqualTo(200);
    }

    @Test
    void offersOfSessionsThatNobodyMintedAreIgnored() {
        node.say(new Frame.Orphan(id.substring(0, 24), 3, Bytes.EMPTY));
        assertThat(other.heard()).isEmpty();
        assertThat(node.heard()).isEmpty();
    }

    // --- this balancer is asked

    @Test
    void whoAsksForASessionThatTurnsOutToBeElsewhereIsToldToLookOn() {
        try (Asker asker = new Asker(
                bench.edge.peerRequests(), any -> bench.memory.of(bench.trunks.loop()), bench.trunks.loop())) {
            asker.letIn();
            node.say(new Frame.Orphan(id, 3, Bytes.EMPTY));
            other.say(new Frame.Reset(other.hear(Frame.Ask.class).stream(), Reason.UNKNOWN_SESSION, 0, ""));
            Frame.Open taking = node.hear(Frame.Open.class);
            asker.say(new Frame.Ask(1, id, "POST", Bytes.EMPTY), FakeNode.data(1, 1, true, PING));
            asker.say(new Frame.Ask(2, id, "GET", Bytes.EMPTY));
            bench.trunks.run();
            assertThat(asker.heard()).contains(new Frame.Opened(1), new Frame.Opened(2));
            // The third balancer was faster.
            node.say(new Frame.Reset(taking.stream(), Reason.STALE_EPOCH, 0, ""));
            assertThat(asker.heard())
                    .containsExactly(
                            new Frame.Reset(1, Reason.STALE_EPOCH, 0, ""),
                            new Frame.Reset(2, Reason.STALE_EPOCH, 0, ""));
        }
    }

    // --- this balancer stops

    @Test
    void aBalancerThatStopsLetsGoOfItsSessions() {
        HttpBench.Opened own = bench.open(node);
        bench.drain(System.nanoTime() + 60_000_000_000L);
        bench.trunks.run();
        bench.tick(4);
        assertThat(node.heard()).as("its client has not been told yet").isEmpty();
        bench.tick(6);
        assertThat(node.hear(Frame.Reset.class)).isEqualTo(new Frame.Reset(own.stream(), Reason.MOVED, 0, ""));
    }

    /** The node says so to all that it has been asked for. */
    private void theNodeKnowsNothing() {
        for (Frame frame : List.copyOf(node.heard())) {
            if (frame instanceof Frame.Open open) {
                node.say(new Frame.Reset(open.stream(), Reason.UNKNOWN_SESSION, 0, ""));
            }
        }
    }

    private int listening() {
        bench.write(client, get("/mcp", session));
        int stream = other.hear(Frame.Ask.class).stream();
        other.say(new Frame.Opened(stream), begin(stream));
        assertThat(status(bench.said(client))).isEqualTo(200);
        return stream;
    }

    private int adopt(int epoch, int handled, List<Integer> running) {
        Frame.Open open = node.hear(Frame.Open.class);
        assertThat(open.session()).isEqualTo(id);
        assertThat(open.epoch()).isEqualTo(Frame.ADOPT);
        node.say(
                new Frame.Adopted(open.stream(), epoch, handled, running),
                new Frame.Checkpoint(open.stream(), Bytes.EMPTY),
                new Frame.Opened(open.stream()));
        return open.stream();
    }

    private static Frame respond(int stream, int status, String text) {
        return new Frame.Reply(stream, status, true, Unpooled.copiedBuffer(text, StandardCharsets.UTF_8));
    }

    private static Frame begin(int stream) {
        return new Frame.Begun(stream);
    }

    private static Frame event(int stream, String text) {
        return new Frame.Event(stream, true, Unpooled.copiedBuffer(text, StandardCharsets.UTF_8));
    }

    private static Frame.Reset closed(int stream) {
        return new Frame.Reset(stream, Reason.CLOSED, 0, "");
    }
}

package io.trunkline.node.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.node.spi.Principal;
import io.trunkline.node.spi.Tool;
import io.trunkline.node.spi.ToolResult;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** On whose behalf a tool is called, as it is told. */
class PrincipalTest {

    private static final Principal ALICE = new Principal("key-of-alice", "https://issuer.example", "alice");
    private static final Principal BOB = new Principal("key-of-bob", "", "bob");

    private static final Tool WHO = Tool.named("who").async(call -> {
        Principal who = call.principal();
        return CompletableFuture.completedFuture(ToolResult.text(who.id() + "|" + who.issuer() + "|" + who.name()));
    });

    @Test
    void isTheOneThatTheSessionWasOpenedFor() {
        try (TestSession session = new TestSession(WHO)) {
            assertThat(who(session.server.open(session.peer, new byte[0], ALICE)))
                    .isEqualTo("key-of-alice|https://issuer.example|alice");
            assertThat(who(session.server.open(session.peer, new byte[0]))).isEqualTo("||");
        }
    }

    @Test
    void staysTheSameWhenTheSessionGoesOnElsewhere() {
        try (TestSession session = new TestSession(WHO)) {
            Conversation first = session.server.open(session.peer, new byte[0], ALICE);
            byte[] checkpoint = first.checkpoint();
            assertThat(who(session.server.open(session.peer, checkpoint)))
                    .as("the next balancer does not know yet whose it is")
                    .isEqualTo("key-of-alice|https://issuer.example|alice");
            assertThat(who(session.server.open(session.peer, checkpoint, BOB))).startsWith("key-of-alice");
        }
    }

    @Test
    void isToldByTheEdgeForEachRequestOfAConnectionThatHasNoSession() {
        try (TestSession session = new TestSession(WHO)) {
            session.peer.transport = "http-stateless";
            String notes = "{\"principal\":{\"id\":\"key-of-bob\",\"issuer\":\"\",\"name\":\"bob\"}}";
            assertThat(session.ask(StatelessRequest.fromEdge(StatelessRequest.call(1, "who", "{}", ""), notes))
                            .at("/result/content/0/text")
                            .asText())
                    .isEqualTo("key-of-bob||bob");
            assertThat(session.ask(StatelessRequest.call(2, "who", "{}", ""))
                            .at("/result/content/0/text")
                            .asText())
                    .isEqualTo("||");
        }
    }

    /** Asked without a session, which every conversation allows. */
    private static String who(Conversation conversation) {
        FakePeer peer = (FakePeer) conversation.peer();
        int number = 1000 + peer.ends.size();
        conversation.receive(StatelessRequest.call(number, "who", "{}", "").getBytes(UTF_8), number);
        return peer.answer(number).at("/result/content/0/text").asText();
    }
}

package io.trunkline.balancer.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.balancer.auth.ScopeRules.Rule;
import io.trunkline.balancer.auth.ScopeRules.Wider;
import io.trunkline.protocol.jsonrpc.Envelope;
import io.trunkline.protocol.jsonrpc.EnvelopeReader;
import io.trunkline.protocol.jsonrpc.JsonLimits;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScopeRulesTest {
    private static final ScopeRules RULES = new ScopeRules(
            Set.of("mcp"),
            List.of(
                    new Rule("tools/call", "delete_*", Set.of("write", "delete")),
                    new Rule("tools/call", "*file*", Set.of("write")),
                    new Rule("resources/*", "", Set.of("read"))),
            List.of(new Wider("admin", Set.of("delete", "write")), new Wider("write", Set.of("read"))));

    @ParameterizedTest
    @CsvSource({
        "a, a, true",
        "a, b, false",
        "*, '', true",
        "*, abc, true",
        "'', '', true",
        "'', a, false",
        "a*, a, true",
        "a*, ba, false",
        "*a, bca, true",
        "*a, ab, false",
        "a*c, abbc, true",
        "a*c, ab, false",
        "*b*, abc, true",
        "a*b*c, aXbYbZc, true",
        "a*b*c, aXcYb, false",
        "**, a, true",
        "a**b, ab, true",
        "a, *, false",
        "a.c, abc, false"
    })
    void aPatternIsLikeATextOrNot(String pattern, String text, boolean like) {
        assertThat(ScopeRules.like(pattern, text)).isEqualTo(like);
    }

    @Test
    void aPatternWithManyStarsDoesNotTakeForever() {
        assertThat(ScopeRules.like("*a".repeat(20) + "b", "a".repeat(100_000))).isFalse();
    }

    @Test
    void aMessageNeedsWhatEveryRequestNeedsAndWhatItsRulesSay() {
        assertThat(RULES.needed(message("{\"method\":\"ping\"}"))).containsOnly("mcp");
        assertThat(RULES.needed(call("\"echo\""))).containsOnly("mcp");
        assertThat(RULES.needed(call("\"delete_user\""))).containsOnly("mcp", "write", "delete");
        assertThat(RULES.needed(call("\"delete_file\""))).containsOnly("mcp", "write", "delete");
        assertThat(RULES.needed(call("\"make_file\""))).containsOnly("mcp", "write");
        assertThat(RULES.needed(message("{\"method\":\"resources/read\"}"))).containsOnly("mcp", "read");
        assertThat(RULES.needed(message("{\"result\":{}}"))).containsOnly("mcp");
        assertThat(RULES.all()).containsOnly("mcp", "write", "delete", "read");
    }

    @Test
    void aNameIsWhatItMeansHoweverItIsWritten() {
        assertThat(RULES.needed(call("\"\\u0064elete_user\""))).contains("delete");
        assertThat(RULES.needed(message("{\"method\":\"tools\\/call\",\"params\":{\"name\":\"delete_x\"}}")))
                .contains("delete");
        assertThat(
                        RULES.needed(
                                message(
                                        "{\"params\":{\"arguments\":{\"name\":\"echo\"},\"name\":\"delete_x\"},\"method\":\"tools/call\"}")))
                .contains("delete");
    }

    @Test
    void aCallWithoutANameIsLeftToItsNode() {
        assertThat(RULES.needed(call("7"))).containsOnly("mcp");
        assertThat(RULES.needed(message("{\"method\":\"tools/call\"}"))).containsOnly("mcp");
        assertThat(RULES.needed(message("{\"method\":\"tools/call\",\"params\":[\"delete_x\"]}")))
                .containsOnly("mcp");
    }

    @Test
    void aBatchNeedsWhatItsMembersNeed() {
        assertThat(RULES.needed(read("[" + text("{\"method\":\"ping\"}") + "," + text("{\"method\":\"resources/list\"}")
                        + "," + text("{\"method\":\"tools/call\",\"params\":{\"name\":\"a_file\"}}") + "]")))
                .containsOnly("mcp", "read", "write");
        String many = (text("{\"method\":\"ping\"}") + ",").repeat(1001);
        assertThat(RULES.needed(read("[" + many + text("{\"method\":\"ping\"}") + "]")))
                .as("nobody looks so far")
                .isEqualTo(RULES.all());
    }

    @Test
    void aWiderScopeHasTheOthersInIt() {
        assertThat(RULES.expand(Set.of("admin"))).containsOnly("admin", "delete", "write", "read");
        assertThat(RULES.expand(Set.of("read"))).containsOnly("read");
        ScopeRules circle =
                new ScopeRules(Set.of(), List.of(), List.of(new Wider("a", Set.of("b")), new Wider("b", Set.of("a"))));
        assertThat(circle.expand(Set.of("a"))).containsOnly("a", "b");
    }

    private static Envelope call(String name) {
        return message("{\"method\":\"tools/call\",\"params\":{\"name\":" + name + "}}");
    }

    private static Envelope message(String members) {
        return read(text(members));
    }

    private static String text(String members) {
        return "{\"jsonrpc\":\"2.0\",\"id\":1," + members.substring(1);
    }

    private static Envelope read(String text) {
        Envelope message = new EnvelopeReader(JsonLimits.DEFAULT).read(text.getBytes(StandardCharsets.UTF_8));
        assertThat(message.problem()).isEmpty();
        return message;
    }
}

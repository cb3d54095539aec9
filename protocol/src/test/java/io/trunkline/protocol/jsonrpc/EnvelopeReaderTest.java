package io.trunkline.protocol.jsonrpc;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.protocol.jsonrpc.Envelope.Kind;
import java.nio.charset.Charset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnvelopeReaderTest {

    private final EnvelopeReader reader = new EnvelopeReader(JsonLimits.DEFAULT);

    @Test
    void findsThePartsOfARequestInAnyOrderAndLayout() {
        Envelope envelope =
                read(" {\t\"params\" : {\"a\":[1,{\"id\":9}]} ,\r\n\"method\":\"tools/call\", \"extra\":{\"id\":8},"
                        + " \"id\" :  \"x\\\"\u00e9\" ,\"jsonrpc\":\"2.0\" } ");

        assertThat(envelope.kind()).isEqualTo(Kind.REQUEST);
        assertThat(envelope.method()).isSameAs(Methods.TOOLS_CALL);
        assertThat(text(envelope, envelope.idStart(), envelope.idEnd())).isEqualTo("\"x\\\"\u00e9\"");
        assertThat(text(envelope, envelope.paramsStart(), envelope.paramsEnd())).isEqualTo("{\"a\":[1,{\"id\":9}]}");
        assertThat(envelope.hasParamsByPosition()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "-1", "98765432109876543210", "\"\"", "\"\\u0000\"", "\"\u20ac\""})
    void keepsTheIdAsWritten(String id) {
        for (String message : List.of(
                "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"ping\"}",
                "{\"id\":" + id + "  ,\"jsonrpc\":\"2.0\",\"method\":\"ping\"}",
                "{\"jsonrpc\":\"2.0\",\"method\":\"ping\",\"id\":" + id + "}",
                "{\"jsonrpc\":\"2.0\",\"method\":\"ping\",\"id\": " + id + "\n}")) {
            Envelope envelope = read(message);
            assertThat(envelope.kind()).as(message).isEqualTo(Kind.REQUEST);
            assertThat(new String(envelope.id(), UTF_8)).as(message).isEqualTo(id);
            assertThat(new String(envelope.withIdOnly().id(), UTF_8))
                    .as(message)
                    .isEqualTo(id);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'jsonrpc':'2.0','id':1,'method':'m'}|REQUEST",
                "{'jsonrpc':'2.0','id':1,'method':'m','params':null}|REQUEST",
                "{'jsonrpc':'2.0','id':1,'method':'m','params':[1]}|REQUEST",
                "{'jsonrpc':'2.0','method':'m'}|NOTIFICATION",
                "{'json\\u0072pc':'2.\\u0030','\\u006dethod':'m'}|NOTIFICATION",
                "{'jsonrpc':'2.0','id':1,'result':{}}|RESPONSE",
                "{'jsonrpc':'2.0','id':null,'error':{}}|RESPONSE",
                "{'error':{}}|RESPONSE",
                "[{'jsonrpc':'2.0','id':1,'method':'m'}]|BATCH",
                "[1]|BATCH",
                "[]|INVALID",
                "{}|INVALID",
                "1|INVALID",
                "'text'|INVALID",
                "null|INVALID",
                "{'jsonrpc':'2.0','id':1}|INVALID",
                "{'id':1,'method':'m'}|INVALID",
                "{'jsonrpc':2.0,'id':1,'method':'m'}|INVALID",
                "{'jsonrpc':'2.00','id':1,'method':'m'}|INVALID",
                "{'jsonrpc':'2.0','id':null,'method':'m'}|INVALID",
                "{'jsonrpc':'2.0','id':true,'method':'m'}|INVALID",
                "{'jsonrpc':'2.0','id':1.5,'method':'m'}|INVALID",
                "{'jsonrpc':'2.0','id':1.0,'method':'m'}|INVALID",
                "{'jsonrpc':'2.0','id':1e2,'method':'m'}|INVALID",
                "{'jsonrpc':'2.0','id':{},'method':'m'}|INVALID",
                "{'jsonrpc':'2.0','id':[[1]],'method':'m'}|INVALID",
                "{'jsonrpc':'2.0','id':1,'method':7}|INVALID",
                "{'jsonrpc':'2.0','id':1,'method':{'a':[]}}|INVALID",
                "{'jsonrpc':'2.0','id':1,'method':'m','params':1}|INVALID",
                "{'jsonrpc':'2.0','id':1,'method':'m','params':'p'}|INVALID",
                "{'jsonrpc':'2.0','id':1,'method':'m','result':{}}|INVALID",
                "{'jsonrpc':{'jsonrpc':'2.0','id':1,'method':'m'}}|INVALID",
                "``|UNREADABLE",
                "` `|UNREADABLE",
                "{|UNREADABLE",
                "{'jsonrpc':'2.0','id':1,'method':'m'|UNREADABLE",
                "{'jsonrpc':'2.0','id':1,'method':'m'}}|UNREADABLE",
                "{'jsonrpc':'2.0','id':1,'method':'m'}{}|UNREADABLE",
                "{'jsonrpc':'2.0','id':1,'method':'m'} x|UNREADABLE",
                "{'jsonrpc':'2.0','id':1,'id':2,'method':'m'}|UNREADABLE",
                "{'jsonrpc':'2.0','id':1,'method':'m','\\u0069d':2}|UNREADABLE",
                "{'jsonrpc':'2.0','id':1,'method':'m','params':{'a':1,'a':1}}|UNREADABLE",
                "{'jsonrpc':'2.0','id':01,'method':'m'}|UNREADABLE",
                "{'jsonrpc':'2.0','id':NaN,'method':'m'}|UNREADABLE",
                "{'jsonrpc':'2.0','id':1,'method':'m',}|UNREADABLE",
                "{jsonrpc:'2.0'}|UNREADABLE",
                "{'jsonrpc':'2.0'/**/}|UNREADABLE",
                "[{'jsonrpc':'2.0'},]|UNREADABLE",
            })
    void tellsWhatAMessageIs(String message, Kind kind) {
        Envelope envelope = read(message.replace('\'', '"'));
        assertThat(envelope.kind()).isEqualTo(kind);
        assertThat(envelope.problem().isEmpty()).isEqualTo(kind != Kind.INVALID && kind != Kind.UNREADABLE);
    }

    @Test
    void refusesControlCharactersInStrings() {
        assertThat(read("{\"jsonrpc\":\"2.0\",\"id\":\"a\nb\",\"method\":\"m\"}")
                        .kind())
                .isEqualTo(Kind.UNREADABLE);
    }

    @Test
    void findsTheIdOfAnInvalidRequest() {
        Envelope envelope = read("{\"method\":7,\"id\":\"a\"}");
        assertThat(envelope.kind()).isEqualTo(Kind.INVALID);
        assertThat(new String(envelope.id(), UTF_8)).isEqualTo("\"a\"");
        assertThat(new String(read("{\"method\":7}").id(), UTF_8)).isEqualTo("null");
    }

    @Test
    void readsNothingButUtf8() {
        String ping = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}";
        for (Charset other : List.of(
                UTF_16, Charset.forName("UTF-16LE"), Charset.forName("UTF-16BE"), Charset.forName("UTF-32BE"))) {
            assertThat(reader.read(ping.getBytes(other)).kind())
                    .as(other.name())
                    .isEqualTo(Kind.UNREADABLE);
        }
        assertThat(reader.read("{\"a\":\"\u00e9\"}".getBytes(ISO_8859_1)).problem())
                .isEqualTo("The message is not UTF-8");
    }

    @Test
    void skipsOneByteOrderMarkInFrontOfAMessage() {
        String ping = "{\"jsonrpc\":\"2.0\",\"id\":\"\u00fc\",\"method\":\"ping\",\"params\":{\"a\":1}}";
        Envelope envelope = read("\ufeff" + ping);
        assertThat(envelope.kind()).isEqualTo(Kind.REQUEST);
        assertThat(new String(envelope.id(), UTF_8)).isEqualTo("\"\u00fc\"");
        assertThat(text(envelope, envelope.paramsStart(), envelope.paramsEnd())).isEqualTo("{\"a\":1}");
        Envelope batch = read("\ufeff[" + ping + "]");
        assertThat(batch.kind()).isEqualTo(Kind.BATCH);
        assertThat(new String(reader.members(batch, 9).get(0).id(), UTF_8)).isEqualTo("\"\u00fc\"");
        assertThat(read("\ufeff\ufeff" + ping).kind()).isEqualTo(Kind.UNREADABLE);
        assertThat(read(" \ufeff" + ping).kind()).isEqualTo(Kind.UNREADABLE);
        assertThat(read("[\ufeff" + ping + "]").kind()).isEqualTo(Kind.UNREADABLE);
        assertThat(read("\ufeff").kind()).isEqualTo(Kind.UNREADABLE);
    }

    @Test
    void countsDepthFromTheMessageItself() {
        assertThat(read(nested(63)).kind()).isEqualTo(Kind.REQUEST);
        assertThat(read(nested(64)).kind()).isEqualTo(Kind.UNREADABLE);
        assertThat(read("[".repeat(1_000_000)).kind()).isEqualTo(Kind.UNREADABLE);
    }

    @Test
    void keepsToItsLimits() {
        EnvelopeReader strict = new EnvelopeReader(new JsonLimits(8, 40, 16, 32, 10, 12));
        String message = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"params\":{\"%s\":%s}}";

        assertThat(strict.read(bytes(message.formatted("a", 1))).kind()).isEqualTo(Kind.REQUEST);
        assertThat(strict.read(bytes(message.formatted("a".repeat(17), 1))).kind())
                .isEqualTo(Kind.UNREADABLE);
        assertThat(strict.read(bytes(message.formatted("a", "12345678901"))).kind())
                .isEqualTo(Kind.UNREADABLE);
        assertThat(strict.read(bytes(message.formatted("a", "[" + "1,".repeat(50) + "1]")))
                        .kind())
                .isEqualTo(Kind.UNREADABLE);
        assertThat(strict.read(bytes("{\"jsonrpc\":\"2.0\",\"id\":\"12345678901\",\"method\":\"m\"}"))
                        .problem())
                .isEqualTo("\"id\" is not an integer or a string of at most 12 bytes");
    }

    @Test
    void readsTheMembersOfABatchLikeMessages() {
        Envelope batch = read(" [ {\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"} , 7,[1] ,"
                + "{\"jsonrpc\":\"2.0\",\"method\":\"n\",\"params\":{\"x\":\"\u00e9\"}}]");

        List<Envelope> members = reader.members(batch, 10);

        assertThat(members)
                .extracting(Envelope::kind)
                .containsExactly(Kind.REQUEST, Kind.INVALID, Kind.INVALID, Kind.NOTIFICATION);
        assertThat(new String(members.get(0).id(), UTF_8)).isEqualTo("1");
        Envelope last = members.get(3);
        assertThat(text(last, last.paramsStart(), last.paramsEnd())).isEqualTo("{\"x\":\"\u00e9\"}");
        assertThat(reader.members(batch, 2)).hasSize(3);
    }

    private static String nested(int depth) {
        return "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"params\":" + "{\"a\":".repeat(depth - 1) + "{}"
                + "}".repeat(depth - 1) + "}";
    }

    private Envelope read(String message) {
        return reader.read(bytes(message));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private static String text(Envelope envelope, int from, int to) {
        return new String(envelope.message(), from, to - from, UTF_8);
    }
}

package io.trunkline.faults.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufInputStream;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.trunkline.faults.history.Event.Closed;
import io.trunkline.faults.history.Event.Operation;
import io.trunkline.faults.history.Event.Stray;
import io.trunkline.faults.history.Kind;
import io.trunkline.faults.history.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One client: sends a request, waits for its answer as long as it takes, notes both, and sends the next. After an
 * error it waits for a moment first; after the server closed the connection it connects again.
 *
 * <p>Ids of requests count from 1 at every client, as numbers at even clients and as texts at odd ones: nothing but the
 * connection tells the clients apart. Runs on the one event loop of all clients; lines come to it without their end.
 */
final class FaultClient extends SimpleChannelInboundHandler<ByteBuf> {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String INITIALIZED = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}\n";
    private static final Ask INITIALIZE = new Ask(Kind.INITIALIZE, "", 0);
    private static final int AFTER_ERROR_MILLIS = 50;

    private final FaultClients all;
    private final int client;
    private final Mix mix;
    private final List<String> heard = new ArrayList<>();
    private @Nullable ChannelHandlerContext context;
    private @Nullable Ask asked;
    private int number;
    private long invoked;
    private long lastGoodAsked = -1;
    private boolean initialized;
    private String lastWords = "";

    FaultClient(FaultClients all, int client, Mix mix) {
        this.all = all;
        this.client = client;
        this.mix = mix;
    }

    @Override
    public boolean isSharable() {
        // One connection at a time, but another one after the first was closed.
        return true;
    }

    /** When the last request that got a good answer was sent; negative when there is none. */
    long lastGoodAsked() {
        return lastGoodAsked;
    }

    boolean waits() {
        return asked != null;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        context = ctx;
        initialized = false;
        lastWords = "";
        next();
    }

    private void next() {
        ChannelHandlerContext at = context;
        if (at == null || asked != null || all.stopping()) {
            return;
        }
        number++;
        Ask ask = initialized ? mix.next(number) : INITIALIZE;
        asked = ask;
        heard.clear();
        invoked = all.now();
        String id = client % 2 == 0 ? Integer.toString(number) : "\"" + number + "\"";
        write(at, ask.line(id, Operation.id(client, number)));
    }

    private static void write(ChannelHandlerContext to, String line) {
        var unused = to.writeAndFlush(to.alloc().buffer(line.length()).writeBytes(line.getBytes(UTF_8)));
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, ByteBuf line) throws IOException {
        JsonNode message;
        try (InputStream bytes = new ByteBufInputStream(line)) {
            message = JSON.readTree(bytes);
        }
        if (message.has("method")) {
            onNotice(message);
        } else if (message.path("id").isNull() || message.path("id").isMissingNode()) {
            lastWords = message.toString();
        } else {
            onAnswer(message);
        }
    }

    /** Log messages name the operation that they belong to. Older ones of this client may still come. */
    private void onNotice(JsonNode message) {
        JsonNode params = message.path("params");
        String operation = params.path("data").asText();
        Ask ask = asked;
        if (ask != null && ask.kind() == Kind.SPEAK && operation.equals(Operation.id(client, number))) {
            String level = params.path("level").asText();
            if (!heard.contains(level)) {
                heard.add(level);
            }
        } else if (!operation.startsWith(client + ":")) {
            all.note(new Stray(client, all.now(), message.toString()));
        }
    }

    private void onAnswer(JsonNode message) {
        Ask ask = asked;
        JsonNode id = message.path("id");
        boolean rightType = client % 2 == 0 ? id.isIntegralNumber() : id.isTextual();
        if (ask == null || !rightType || id.asInt() != number) {
            all.note(new Stray(client, all.now(), message.toString()));
            return;
        }
        Answer answer = Answer.of(ask.kind(), message, String.join(",", heard));
        asked = null;
        note(ask, answer);
        if (answer.outcome() == Outcome.OK) {
            lastGoodAsked = invoked;
            ChannelHandlerContext at = context;
            if (ask.kind() == Kind.INITIALIZE && at != null) {
                initialized = true;
                write(at, INITIALIZED);
            }
            next();
        } else {
            var unused = all.loop().schedule(this::next, AFTER_ERROR_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void note(Ask ask, Answer answer) {
        all.note(new Operation(
                client,
                number,
                ask.kind(),
                ask.argument(),
                invoked,
                all.now(),
                TimeUnit.MILLISECONDS.toMicros(ask.holdMillis()),
                answer.outcome(),
                answer.value(),
                answer.node()));
    }

    /** The end of the run: what is not answered yet never will be. */
    void giveUp() {
        Ask ask = asked;
        if (ask != null) {
            asked = null;
            note(ask, new Answer(Outcome.NONE, "", ""));
        }
        if (context != null) {
            var unused = context.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        context = null;
        if (all.over()) {
            return;
        }
        giveUp();
        all.note(new Closed(client, all.now(), lastWords.isEmpty() ? "without a word" : lastWords));
        all.connect(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        lastWords = cause.toString();
        var unused = ctx.close();
    }
}

package io.trunkline.node.mcp.call;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import io.trunkline.node.mcp.kit.Speaker;
import io.trunkline.node.mcp.wire.Meta;
import io.trunkline.node.mcp.wire.ServerMessages;
import io.trunkline.node.spi.LogLevel;
import io.trunkline.protocol.jsonrpc.Messages;
import io.trunkline.protocol.jsonrpc.Methods;
import io.trunkline.protocol.jsonrpc.ProtocolVersion;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Progress and log messages of one call on their way to the client.
 *
 * <p>A handler may produce them on any thread and faster than they can be sent, so few wait at a time: of progress only
 * the latest, of log messages {@link #MAX_LOGS}; further ones are dropped. After {@link #stop()} nothing is sent any
 * more.
 */
final class Notices {

    private static final int MAX_LOGS = 64;
    private static final int MAX_NOTICE_BYTES = 64 << 10;

    private final CallPlace place;
    private final Speaker speaker;
    private final int number;
    private final ProtocolVersion version;
    private final byte @Nullable [] progressToken;
    private final @Nullable LogLevel leastLevel;
    private final AtomicReference<@Nullable Progress> latest = new AtomicReference<>();
    private final AtomicInteger logs = new AtomicInteger();
    private double last = Double.NEGATIVE_INFINITY;
    private volatile boolean stopped;

    private record Progress(
            double value, double total, @Nullable String message) {}

    /** Those of a run of this request. */
    Notices(CallPlace place, Request request, Meta meta) {
        this.place = place;
        this.speaker = place.speaker();
        this.number = request.number();
        this.version = request.version();
        this.progressToken = meta.progressToken();
        this.leastLevel = meta.logLevel();
    }

    /** A client with a session says once what it wants, one without says so in each request. */
    private boolean wants(LogLevel level) {
        return version.stateless()
                ? leastLevel != null && level.compareTo(leastLevel) >= 0
                : place.book().wants(level, place.environment().settings().logLevel());
    }

    void stop() {
        stopped = true;
    }

    void progress(double value, double total, @Nullable String message) {
        if (stopped || progressToken == null || !Double.isFinite(value)) {
            return;
        }
        boolean waits = latest.getAndSet(new Progress(value, total, message)) != null;
        if (speaker.isCurrent()) {
            sendProgress();
        } else if (!waits) {
            speaker.post(this::sendProgress);
        }
    }

    void log(LogLevel level, @Nullable String logger, JsonNode data) {
        if (stopped || !wants(level)) {
            return;
        }
        byte[] message = notification(Methods.MESSAGE, json -> {
            json.writeStringField("level", level.text());
            if (logger != null) {
                json.writeStringField("logger", Messages.wellFormed(logger));
            }
            json.writeFieldName("data");
            json.writeTree(data);
        });
        if (message == null) {
            return;
        }
        if (speaker.isCurrent()) {
            speaker.tell(message, number);
        } else if (logs.incrementAndGet() <= MAX_LOGS) {
            speaker.post(() -> {
                logs.decrementAndGet();
                if (!stopped) {
                    speaker.tell(message, number);
                }
            });
        } else {
            logs.decrementAndGet();
        }
    }

    void closeStream(int retryMillis) {
        speaker.post(() -> {
            if (!stopped) {
                speaker.part(number, retryMillis);
            }
        });
    }

    private void sendProgress() {
        Progress progress = latest.getAndSet(null);
        // MCP wants values that grow (2025-11-25, progress flow).
        if (progress == null || progressToken == null || stopped || progress.value() <= last) {
            return;
        }
        last = progress.value();
        byte[] message = notification(Methods.PROGRESS, json -> {
            json.writeFieldName("progressToken");
            json.writeRawValue(new String(progressToken, UTF_8));
            writeNumber(json, "progress", progress.value());
            if (progress.total() > 0 && Double.isFinite(progress.total())) {
                writeNumber(json, "total", progress.total());
            }
            if (progress.message() != null && version.knowsAnnotations()) {
                json.writeStringField("message", Messages.wellFormed(progress.message()));
            }
        });
        if (message != null) {
            speaker.tell(message, number);
        }
    }

    private byte @Nullable [] notification(String method, ServerMessages.Params params) {
        try {
            return ServerMessages.notification(place.environment().json().mapper(), method, MAX_NOTICE_BYTES, params);
        } catch (IOException e) {
            return null;
        }
    }

    private static void writeNumber(JsonGenerator json, String name, double value) throws IOException {
        if (value == Math.rint(value) && Math.abs(value) < 1L << 53) {
            json.writeNumberField(name, (long) value);
        } else {
            json.writeNumberField(name, value);
        }
    }
}

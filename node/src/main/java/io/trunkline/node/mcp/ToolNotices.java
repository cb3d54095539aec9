package io.trunkline.node.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import io.trunkline.node.spi.LogLevel;
import io.trunkline.protocol.jsonrpc.Messages;
import io.trunkline.protocol.jsonrpc.Methods;
import io.trunkline.protocol.jsonrpc.ProtocolVersion;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Progress and log messages of one tool run on their way to the client.
 *
 * <p>A tool may produce them on any thread and faster than they can be sent, so few wait at a time: of progress only the
 * latest, of log messages {@link #MAX_LOGS}; further ones are dropped. After {@link #stop()} nothing is sent any more.
 */
final class ToolNotices {

    private static final int MAX_LOGS = 64;
    private static final int MAX_NOTICE_BYTES = 64 << 10;

    private final Conversation conversation;
    private final byte @Nullable [] progressToken;
    private final AtomicReference<@Nullable Progress> latest = new AtomicReference<>();
    private final AtomicInteger logs = new AtomicInteger();
    private double last = Double.NEGATIVE_INFINITY;
    private volatile boolean stopped;

    private record Progress(
            double value, double total, @Nullable String message) {}

    @FunctionalInterface
    private interface Body {
        void write(JsonGenerator json) throws IOException;
    }

    /**
     * @param progressToken as the client wrote it; null when it wants no progress
     */
    ToolNotices(Conversation conversation, byte @Nullable [] progressToken) {
        this.conversation = conversation;
        this.progressToken = progressToken;
    }

    void stop() {
        stopped = true;
    }

    void progress(double value, double total, @Nullable String message) {
        if (stopped || progressToken == null || !Double.isFinite(value)) {
            return;
        }
        boolean waits = latest.getAndSet(new Progress(value, total, message)) != null;
        if (conversation.isCurrent()) {
            sendProgress();
        } else if (!waits) {
            conversation.post(this::sendProgress);
        }
    }

    void log(LogLevel level, @Nullable String logger, JsonNode data) {
        if (stopped || !conversation.wants(level)) {
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
        if (conversation.isCurrent()) {
            conversation.tell(message);
        } else if (logs.incrementAndGet() <= MAX_LOGS) {
            conversation.post(() -> {
                logs.decrementAndGet();
                if (!stopped) {
                    conversation.tell(message);
                }
            });
        } else {
            logs.decrementAndGet();
        }
    }

    private void sendProgress() {
        Progress progress = latest.getAndSet(null);
        // MCP wants values that grow (2025-11-25, progress flow).
        if (progress == null || progressToken == null || stopped || progress.value() <= last) {
            return;
        }
        last = progress.value();
        ProtocolVersion version = conversation.state().version();
        byte[] message = notification(Methods.PROGRESS, json -> {
            json.writeFieldName("progressToken");
            json.writeRawValue(new String(progressToken, UTF_8));
            writeNumber(json, "progress", progress.value());
            if (progress.total() > 0 && Double.isFinite(progress.total())) {
                writeNumber(json, "total", progress.total());
            }
            if (progress.message() != null && version != null && version.knowsAnnotations()) {
                json.writeStringField("message", Messages.wellFormed(progress.message()));
            }
        });
        if (message != null) {
            conversation.tell(message);
        }
    }

    /** The bytes of a notification, or null when they are too many or not JSON. */
    private byte @Nullable [] notification(String method, Body params) {
        BoundedBytes bytes = new BoundedBytes(MAX_NOTICE_BYTES);
        try (JsonGenerator json = conversation.server().json().createGenerator(bytes)) {
            json.setCodec(conversation.server().mapper());
            json.writeStartObject();
            json.writeStringField("jsonrpc", "2.0");
            json.writeStringField("method", method);
            json.writeObjectFieldStart("params");
            params.write(json);
            json.writeEndObject();
            json.writeEndObject();
        } catch (IOException e) {
            return null;
        }
        return Arrays.copyOf(bytes.array(), bytes.size());
    }

    private static void writeNumber(JsonGenerator json, String name, double value) throws IOException {
        if (value == Math.rint(value) && Math.abs(value) < 1L << 53) {
            json.writeNumberField(name, (long) value);
        } else {
            json.writeNumberField(name, value);
        }
    }
}

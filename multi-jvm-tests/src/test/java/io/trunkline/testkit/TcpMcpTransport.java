package io.trunkline.testkit;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.json.TypeRef;
import io.modelcontextprotocol.json.jackson2.JacksonMcpJsonMapper;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpSchema;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * The transport that the official Java SDK lacks: one TCP connection, a JSON-RPC message per line.
 *
 * <p>A daemon thread reads until the server closes the connection; any thread may send.
 */
public final class TcpMcpTransport implements McpClientTransport {

    /** Longer than any scripted session, so that only a server that hangs meets it. */
    private static final Duration SILENCE = Duration.ofSeconds(60);

    private final InetSocketAddress server;
    private final McpJsonMapper json = new JacksonMcpJsonMapper(new ObjectMapper());
    private volatile @Nullable LineSocket socket;
    private volatile Consumer<Throwable> failures = failure -> {};

    public TcpMcpTransport(InetSocketAddress server) {
        this.server = server;
    }

    /** All revisions of the handshake era that the SDK speaks. */
    @Override
    public List<String> protocolVersions() {
        return List.of("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25");
    }

    @Override
    public void setExceptionHandler(Consumer<Throwable> handler) {
        failures = handler;
    }

    @Override
    public Mono<Void> connect(Function<Mono<JSONRPCMessage>, Mono<JSONRPCMessage>> handler) {
        return Mono.fromRunnable(() -> open(handler));
    }

    private void open(Function<Mono<JSONRPCMessage>, Mono<JSONRPCMessage>> handler) {
        try {
            LineSocket opened = LineSocket.connect(new InetSocketAddress(0), server);
            socket = opened;
            Thread reader = new Thread(() -> readAll(opened, handler), "mcp-reader");
            reader.setDaemon(true);
            reader.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void readAll(LineSocket from, Function<Mono<JSONRPCMessage>, Mono<JSONRPCMessage>> handler) {
        try {
            for (Optional<String> line = from.read(SILENCE); line.isPresent(); line = from.read(SILENCE)) {
                handler.apply(Mono.just(McpSchema.deserializeJsonRpcMessage(json, line.get())))
                        .subscribe();
            }
        } catch (IOException e) {
            failures.accept(e);
        }
    }

    @Override
    public Mono<Void> sendMessage(JSONRPCMessage message) {
        return Mono.fromRunnable(() -> send(message));
    }

    private synchronized void send(JSONRPCMessage message) {
        LineSocket opened = socket;
        if (opened == null) {
            throw new IllegalStateException("not connected");
        }
        try {
            opened.write(json.writeValueAsString(message));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Mono<Void> closeGracefully() {
        return Mono.fromRunnable(() -> {
            LineSocket opened = socket;
            if (opened != null) {
                closeQuietly(opened);
            }
        });
    }

    private void closeQuietly(LineSocket opened) {
        try {
            opened.close();
        } catch (IOException e) {
            failures.accept(e);
        }
    }

    @Override
    public <T> T unmarshalFrom(Object data, TypeRef<T> type) {
        return json.convertValue(data, type);
    }
}

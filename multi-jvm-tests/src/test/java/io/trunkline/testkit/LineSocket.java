package io.trunkline.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * A blocking socket that speaks lines of UTF-8 text, with a deadline for each whole line.
 *
 * <p>For one reading and one writing thread.
 */
public final class LineSocket implements AutoCloseable {

    private static final Duration CONNECT_DEADLINE = Duration.ofSeconds(5);
    private static final int BUFFER_BYTES = 8 * 1024;

    private final Socket socket;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int position;
    private int limit;

    private LineSocket(Socket socket) {
        this.socket = socket;
    }

    /**
     * Connects from a source address of the caller's choice, for example one of 127.0.0.0/8.
     *
     * @param source address to bind to; port 0 for any
     * @throws IOException when the server refuses or does not answer within 5 s
     */
    public static LineSocket connect(InetSocketAddress source, InetSocketAddress server) throws IOException {
        Socket socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            socket.bind(source);
            socket.connect(server, Math.toIntExact(CONNECT_DEADLINE.toMillis()));
            return new LineSocket(socket);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** Sends the text and a line end. Blocks while the server does not read. */
    public void write(String line) throws IOException {
        writeRaw((line + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** Sends these bytes, which need not be a line, or text. */
    public void writeRaw(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    /**
     * The next line without its end; empty when the server has closed or reset the connection.
     *
     * @throws SocketTimeoutException when the line is not complete after {@code max}; what came of it is lost
     */
    public Optional<String> read(Duration max) throws IOException {
        long deadline = System.nanoTime() + max.toNanos();
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        while (true) {
            int end = endOfLine();
            line.write(buffer, position, end - position);
            if (end < limit) {
                position = end + 1;
                return Optional.of(line.toString(StandardCharsets.UTF_8));
            }
            position = limit;
            if (!fill(deadline)) {
                return Optional.empty();
            }
        }
    }

    private int endOfLine() {
        int end = position;
        while (end < limit && buffer[end] != '\n') {
            end++;
        }
        return end;
    }

    /** Reads what is there; false when there will be no more. */
    private boolean fill(long deadline) throws IOException {
        long remainingMillis = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
        if (remainingMillis <= 0) {
            throw new SocketTimeoutException("the deadline has passed");
        }
        socket.setSoTimeout(Math.toIntExact(remainingMillis));
        position = 0;
        limit = 0;
        try {
            int count = socket.getInputStream().read(buffer);
            limit = Math.max(count, 0);
            return count > 0;
        } catch (SocketException reset) {
            return false;
        }
    }

    /** Says that nothing more will be sent; the answers can still be read. */
    public void endOutput() throws IOException {
        socket.shutdownOutput();
    }

    /** Where it connects from, as the server sees it. */
    public InetSocketAddress localAddress() {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

package io.trunkline.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A server that takes one connection and does with it what the test says, on a thread of its own. */
final class FakeServer implements AutoCloseable {

    private final ServerSocket listener;

    private FakeServer(ServerSocket listener) {
        this.listener = listener;
    }

    /** What the server does with its connection; it is closed after. */
    @FunctionalInterface
    interface Script {
        void run(Connection connection) throws IOException;
    }

    /** The server's end of the connection. */
    record Connection(Socket socket, BufferedReader input, OutputStream output) {

        String read() throws IOException {
            return input.readLine();
        }

        void write(String text) throws IOException {
            output.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    static FakeServer running(Script script) throws IOException {
        FakeServer server = new FakeServer(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
        Thread thread = new Thread(() -> server.serve(script), "fake-server");
        thread.setDaemon(true);
        thread.start();
        return server;
    }

    InetSocketAddress address() {
        return (InetSocketAddress) listener.getLocalSocketAddress();
    }

    private void serve(Script script) {
        try (Socket socket = listener.accept()) {
            BufferedReader input =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            script.run(new Connection(socket, input, socket.getOutputStream()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}

package io.trunkline.hostile;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A well-behaved client: one connection, one request at a time, a pause after each answer; measures how long answers
 * take and how long it was without one. It never connects again: a connection that is closed is a broken promise.
 */
final class Neighbour implements AutoCloseable {
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final int PATIENCE_MILLIS = 60_000;

    private final String name;
    private final Socket socket;
    private final Dialect dialect;
    private final Thread thread;
    private List<Long> latencies = new ArrayList<>();
    private long answeredNanos = System.nanoTime();
    private long silenceNanos;
    private String ending = "";
    private volatile boolean over;

    /** How requests and answers look on the wire. */
    interface Dialect {
        byte[] request();

        /** Reads one answer. */
        void readAnswer(InputStream in) throws IOException;
    }

    /**
     * What it saw.
     *
     * @param p99Nanos of its answers; 0 without any
     * @param silenceNanos the longest time without an answer
     * @param ending why it was closed; empty while it is not
     */
    record Sight(String name, int answers, long p99Nanos, long silenceNanos, String ending) {}

    private Neighbour(String name, InetSocketAddress to, Dialect dialect) throws IOException {
        this.name = name;
        this.dialect = dialect;
        this.socket = new Socket(to.getAddress(), to.getPort());
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MILLIS);
        thread = new Thread(this::talk, "neighbour-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Pings over TCP. */
    static Neighbour overTcp(InetSocketAddress to) throws IOException {
        byte[] ping = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}\n".getBytes(US_ASCII);
        return new Neighbour("tcp", to, new Dialect() {
            @Override
            public byte[] request() {
                return ping;
            }

            @Override
            public void readAnswer(InputStream in) throws IOException {
                readLine(in);
            }
        });
    }

    /** Sends this request over HTTP, again and again. */
    static Neighbour overHttp(InetSocketAddress to, byte[] request) throws IOException {
        return new Neighbour("http", to, new Dialect() {
            @Override
            public byte[] request() {
                return request;
            }

            @Override
            public void readAnswer(InputStream in) throws IOException {
                readResponse(in);
            }
        });
    }

    private static String readLine(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new IOException("closed");
            }
            line.append((char) next);
        }
        return line.toString().strip();
    }

    private static void readResponse(InputStream in) throws IOException {
        String status = readLine(in);
        int length = 0;
        for (String header = readLine(in); !header.isEmpty(); header = readLine(in)) {
            if (header.regionMatches(true, 0, "content-length:", 0, 15)) {
                length = Integer.parseInt(header.substring(15).strip());
            }
        }
        String body = new String(in.readNBytes(length), US_ASCII);
        if (!status.contains(" 200 ")) {
            throw new IOException(status + " " + body);
        }
    }

    private void talk() {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            while (!over) {
                long sent = System.nanoTime();
                socket.getOutputStream().write(dialect.request());
                dialect.readAnswer(in);
                answered(System.nanoTime() - sent);
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        } catch (IOException e) {
            end(String.valueOf(e.getMessage()));
        }
    }

    private synchronized void answered(long nanos) {
        long now = System.nanoTime();
        latencies.add(nanos);
        silenceNanos = Math.max(silenceNanos, now - answeredNanos);
        answeredNanos = now;
    }

    private synchronized void end(String why) {
        ending = over ? "" : why;
    }

    /** What it saw since the last look. */
    synchronized Sight look() {
        List<Long> seen = latencies.stream().sorted().toList();
        long now = System.nanoTime();
        long silence = Math.max(silenceNanos, now - answeredNanos);
        long p99 = seen.isEmpty() ? silence : seen.get((int) Math.ceil(seen.size() * 0.99) - 1);
        latencies = new ArrayList<>();
        silenceNanos = 0;
        answeredNanos = now;
        return new Sight(name, seen.size(), p99, silence, ending);
    }

    @Override
    public void close() throws IOException {
        over = true;
        socket.close();
    }
}

package io.trunkline.hostile.attack;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Where an attack takes place: the addresses of a cluster, how large the attack is to be, and the sockets that it has
 * opened, which {@link #close} closes. Thread-safe.
 */
public final class Field implements AutoCloseable {
    /** What an attack may reach: {@code null} in no case. */
    public record Addresses(
            InetSocketAddress tcp,
            InetSocketAddress http,
            InetSocketAddress health,
            InetSocketAddress stats,
            InetSocketAddress trunk,
            InetSocketAddress peer,
            InetSocketAddress artery) {}

    /**
     * Hostile clients come from an address of their own, so that limits per address meet them and not their
     * neighbours.
     */
    private static final String SOURCE = "127.6.6.6";

    private static final int CONNECT_MILLIS = 5_000;

    private final Addresses addresses;
    private final boolean full;
    private final long endNanos;
    private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();
    private final AtomicInteger opened = new AtomicInteger();

    /**
     * A field that nobody has entered.
     *
     * @param full whether attacks have the size at which the faults were found; else a fraction of it, for small heaps
     * @param seconds how long an attack may take
     */
    public Field(Addresses addresses, boolean full, int seconds) {
        this.addresses = addresses;
        this.full = full;
        this.endNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    }

    Addresses addresses() {
        return addresses;
    }

    /** A size for this run: {@code large} at full size. */
    int size(int small, int large) {
        return full ? large : small;
    }

    /** Whether the attack's time is over. */
    boolean over() {
        return System.nanoTime() - endNanos >= 0;
    }

    /** Milliseconds that are left, at least 1. */
    int millisLeft() {
        return (int) Math.max(1, TimeUnit.NANOSECONDS.toMillis(endNanos - System.nanoTime()));
    }

    /** Connections that were opened so far. */
    public int opened() {
        return opened.get();
    }

    /** A connection, which stays open until the attack's end. */
    Socket connect(SocketAddress to) throws IOException {
        Socket socket = new Socket();
        sockets.add(socket);
        socket.bind(new InetSocketAddress(InetAddress.getByName(SOURCE), 0));
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(millisLeft());
        socket.connect(to, CONNECT_MILLIS);
        opened.incrementAndGet();
        return socket;
    }

    /** What one of many clients does, on a thread of its own. Being cut off is a way to end like any other. */
    interface Client {
        void act(int number) throws IOException;
    }

    /** Runs so many clients at once, and returns when all have ended or the time is over. */
    void each(int clients, String name, Client client) {
        CountDownLatch running = new CountDownLatch(clients);
        for (int number = 0; number < clients; number++) {
            int own = number;
            Thread thread = new Thread(
                    null,
                    () -> {
                        try {
                            client.act(own);
                        } catch (IOException e) {
                            // The server defends itself, or the attack is over.
                        } finally {
                            running.countDown();
                        }
                    },
                    name + "-" + number,
                    256 * 1024);
            thread.setDaemon(true);
            thread.start();
        }
        await(running, millisLeft());
    }

    private static void await(CountDownLatch running, long millis) {
        try {
            if (!running.await(millis, TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits, but no longer than the attack lasts. */
    void pause(int millis) {
        await(new CountDownLatch(1), Math.min(millis, millisLeft()));
    }

    /** Stays as it is until the time is over. */
    void hold() {
        await(new CountDownLatch(1), millisLeft());
    }

    /** Closes every connection of the attack, which ends its threads. */
    @Override
    public void close() {
        for (Socket socket : sockets) {
            try {
                socket.close();
            } catch (IOException e) {
                // Closed already, by the other side.
            }
        }
    }
}

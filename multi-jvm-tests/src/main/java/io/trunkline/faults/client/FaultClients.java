package io.trunkline.faults.client;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.codec.LineBasedFrameDecoder;
import io.trunkline.faults.history.Event;
import io.trunkline.faults.history.Event.Mark;
import io.trunkline.load.client.Transport;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * All clients of an experiment, on one event loop, which is also the only thread that writes the history. Its methods
 * may be called from any other thread and wait for that loop.
 */
public final class FaultClients implements AutoCloseable {

    private static final int LONGEST_LINE = 1024 * 1024;
    private static final int CONNECT_AGAIN_MILLIS = 100;

    /** Between the connections of the start: a thousand a second. */
    private static final long CONNECT_SPACING_MICROS = 1_000;

    private static final int LOOP_DEADLINE_SECONDS = 20;

    private final InetSocketAddress server;
    private final Consumer<Event> history;
    private final EventLoopGroup group = Transport.loops("faults", 1);
    private final EventLoop loop = group.next();
    private final List<FaultClient> clients = new ArrayList<>();
    private final long startNanos = System.nanoTime();
    private boolean stopping;
    private boolean over;

    private FaultClients(InetSocketAddress server, Consumer<Event> history) {
        this.server = server;
        this.history = history;
    }

    /**
     * Connects this many clients, which begin to ask at once.
     *
     * @param maxHoldMillis for which a node is asked to hold an answer back
     * @param history gets every event, on one thread, in order
     */
    public static FaultClients start(
            InetSocketAddress server, int count, long seed, int maxHoldMillis, Consumer<Event> history) {
        FaultClients all = new FaultClients(server, history);
        for (int client = 0; client < count; client++) {
            all.clients.add(new FaultClient(all, client, new Mix(seed, client, maxHoldMillis)));
        }
        for (int client = 0; client < count; client++) {
            FaultClient one = all.clients.get(client);
            var unused =
                    all.loop.schedule(() -> all.connect(one), client * CONNECT_SPACING_MICROS, TimeUnit.MICROSECONDS);
        }
        return all;
    }

    void connect(FaultClient client) {
        if (stopping) {
            return;
        }
        ChannelFuture connected = Transport.client(loop)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new LineBasedFrameDecoder(LONGEST_LINE, true, true), client);
                    }
                })
                .connect(server);
        connected.addListener(done -> {
            if (!done.isSuccess()) {
                loop.schedule(() -> connect(client), CONNECT_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
            }
        });
    }

    /** Microseconds since the start. */
    long now() {
        return (System.nanoTime() - startNanos) / 1_000;
    }

    EventLoop loop() {
        return loop;
    }

    boolean stopping() {
        return stopping;
    }

    boolean over() {
        return over;
    }

    void note(Event event) {
        history.accept(event);
    }

    /** Notes that the cluster is treated in another way from now on, and returns the time of it in microseconds. */
    public long mark(String what) {
        return onLoop(() -> {
            Mark mark = new Mark(now(), what);
            history.accept(mark);
            return mark.at();
        });
    }

    /** How many clients have not yet got a good answer to a request that they sent after this time, in microseconds. */
    public int unservedSince(long micros) {
        return onLoop(() -> (int) clients.stream()
                .filter(client -> client.lastGoodAsked() < micros)
                .count());
    }

    /** Nothing new is asked from now on. Returns how many clients still wait for an answer. */
    public int stop() {
        return onLoop(() -> {
            stopping = true;
            return (int) clients.stream().filter(FaultClient::waits).count();
        });
    }

    private <T> T onLoop(Callable<T> task) {
        try {
            return loop.submit(task).get(LOOP_DEADLINE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the clients work", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the clients do not work any more", e);
        }
    }

    /** Notes what was not answered, closes all connections, and writes nothing more. */
    @Override
    public void close() {
        var unused = onLoop(() -> {
            stopping = true;
            over = true;
            clients.forEach(FaultClient::giveUp);
            return true;
        });
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}

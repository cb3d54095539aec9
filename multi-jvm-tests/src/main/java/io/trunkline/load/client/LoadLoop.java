package io.trunkline.load.client;

import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.trunkline.load.measure.Errors;
import io.trunkline.load.measure.Loaded;
import io.trunkline.load.measure.Ramped;
import io.trunkline.load.measure.Snapshot;
import io.trunkline.load.plan.LoadPlan;
import io.trunkline.load.wire.Codec;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One event loop's share of the load: its connections, what they have seen, and the pace at which they send.
 *
 * <p>The public methods may be called from any thread; everything else runs on the event loop. The order is
 * {@link #ramp}, {@link #load} if there is any, {@link #close}.
 */
public final class LoadLoop {
    /** Unanswered requests that one connection may have in an open loop: what servers commonly allow a session. */
    private static final int OPEN_LOOP_DEPTH = 64;

    private static final long SWEEP = TimeUnit.MILLISECONDS.toNanos(250);
    private static final long HEARTBEAT = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long DRAIN_STEP = TimeUnit.MILLISECONDS.toNanos(5);

    private final EventLoop eventLoop;
    private final LoadPlan plan;
    private final Recorder recorder = new Recorder();
    private final Codec codec;
    private final Connection[] connections;
    private final Rotation rotation;
    private final Ramp ramp;
    private final Pacer pacer;
    private final CompletableFuture<Loaded> loaded = new CompletableFuture<>();
    private long unanswered;
    private boolean stopped;
    private boolean closing;

    public LoadLoop(EventLoop eventLoop, LoadPlan plan) {
        this.eventLoop = eventLoop;
        this.plan = plan;
        codec = new Codec(plan);
        Inside inside = new Inside();
        connections = new Connection[plan.connections()];
        for (int i = 0; i < connections.length; i++) {
            int number = plan.firstConnection() + i;
            connections[i] = plan.carrier().isHttp()
                    ? new HttpConnection(inside, number)
                    : new TcpConnection(inside, number, depth(plan));
        }
        rotation = new Rotation(connections.length);
        ramp = new Ramp(
                this,
                plan,
                Transport.client(eventLoop)
                        .option(ChannelOption.RECVBUF_ALLOCATOR, new SharedReceiveBuffer(codec.shared.length)));
        pacer = plan.pace().openLoop()
                ? new OpenLoop(inside, plan.pace().rate())
                : new ClosedLoop(inside, plan.pace().inFlight());
    }

    private static int depth(LoadPlan plan) {
        int count = Math.max(1, plan.connections());
        return plan.pace().openLoop() ? OPEN_LOOP_DEPTH : (plan.pace().inFlight() + count - 1) / count;
    }

    /** Opens the connections; completes when each is open or has failed. */
    public CompletableFuture<Ramped> ramp() {
        eventLoop.execute(() -> {
            sweep();
            ramp.run();
        });
        return ramp.done();
    }

    /** Sends the load, with warm-up; completes when the measurement is over and what is under way is answered. */
    public CompletableFuture<Loaded> load() {
        eventLoop.execute(() -> {
            if (stopped) {
                return;
            }
            later(() -> recorder.beginMeasurement(System.nanoTime()), nanos(plan.warmupSeconds()));
            later(this::stop, nanos(plan.warmupSeconds() + plan.seconds()));
            heartbeat(System.nanoTime());
            pacer.start(System.nanoTime());
        });
        return loaded;
    }

    /** Ends the ramp or the load before its time; what was seen until now is the result. */
    public void cut() {
        soon(() -> {
            ramp.stop();
            stop();
        });
    }

    public CompletableFuture<Snapshot> snapshot() {
        return onLoop(recorder::snapshot);
    }

    /** Closes all connections; completes with everything that was counted until then. */
    public CompletableFuture<Snapshot> close() {
        return onLoop(() -> {
            Snapshot totals = recorder.snapshot();
            closing = true;
            ramp.stop();
            for (Connection connection : connections) {
                connection.end(null);
            }
            codec.release();
            return totals;
        });
    }

    private void stop() {
        if (stopped) {
            return;
        }
        stopped = true;
        long now = System.nanoTime();
        pacer.stop(now);
        recorder.endMeasurement(now);
        drain(now + nanos(plan.timeoutSeconds()) + 4 * SWEEP);
    }

    /**
     * Waits until nothing is unanswered. The sweep gives up what takes too long; the deadline holds also when it has
     * failed.
     */
    private void drain(long deadline) {
        if (unanswered > 0 && System.nanoTime() - deadline > 0) {
            recorder.errors.count(Errors.REQUEST_TIMEOUT, unanswered);
            unanswered = 0;
        }
        if (unanswered == 0 || closing) {
            loaded.complete(recorder.loaded());
        } else {
            later(() -> drain(deadline), DRAIN_STEP);
        }
    }

    /** Measures how late this event loop is, because it is too busy or because the system lets it wait. */
    private void heartbeat(long dueAt) {
        long now = System.nanoTime();
        recorder.late(now - dueAt);
        if (!closing) {
            later(() -> heartbeat(now + HEARTBEAT), HEARTBEAT);
        }
    }

    private void sweep() {
        if (closing) {
            return;
        }
        long now = System.nanoTime();
        for (Connection connection : connections) {
            connection.expire(now - nanos(plan.timeoutSeconds()));
        }
        pacer.proceed(now);
        later(this::sweep, SWEEP);
    }

    private static long nanos(double seconds) {
        return (long) (seconds * 1e9);
    }

    private <T> CompletableFuture<T> onLoop(Callable<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        eventLoop.execute(() -> {
            try {
                result.complete(work.call());
            } catch (Exception e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }

    void later(Runnable work, long nanos) {
        eventLoop.schedule(work, nanos, TimeUnit.NANOSECONDS).addListener(done -> {
            if (!done.isSuccess() && !closing) {
                recorder.errors.count(Errors.GENERATOR_FAILED + " " + done.cause());
            }
        });
    }

    void soon(Runnable work) {
        eventLoop.execute(work);
    }

    Recorder recorder() {
        return recorder;
    }

    Connection connection(int index) {
        return connections[index];
    }

    /** What connections and the pacer see of this loop. */
    private final class Inside implements Owner, Pacer.Sender {
        @Override
        public Codec codec() {
            return codec;
        }

        @Override
        public Recorder recorder() {
            return recorder;
        }

        @Override
        public void later(Runnable work, long nanos) {
            LoadLoop.this.later(work, nanos);
        }

        @Override
        public long unanswered() {
            return unanswered;
        }

        @Override
        public boolean send(long since) {
            Connection connection = rotation.take();
            if (connection == null) {
                return false;
            }
            unanswered++;
            recorder.sent++;
            connection.send(since);
            if (connection.canSend()) {
                rotation.add(connection);
            }
            return true;
        }

        @Override
        public void opened(Connection connection, long now) {
            recorder.opened++;
            recorder.open++;
            rotation.add(connection);
            ramp.opened(connection, now);
        }

        @Override
        public void located(Connection connection, String node) {
            ramp.located(connection, node);
        }

        @Override
        public void answered(Connection connection, long since, long now, @Nullable String error) {
            unanswered--;
            if (error == null) {
                recorder.answered(now - since);
            } else {
                recorder.errors.count(error);
            }
            rotation.add(connection);
            pacer.proceed(now);
        }

        @Override
        public void unanswered(Connection connection, int requests, String kind) {
            unanswered -= requests;
            recorder.errors.count(kind, requests);
            rotation.add(connection);
        }

        @Override
        public void writable(Connection connection) {
            rotation.add(connection);
            pacer.proceed(System.nanoTime());
        }

        @Override
        public void ended(Connection connection, boolean wasOpen, @Nullable String kind, int lost) {
            unanswered -= lost;
            if (kind != null) {
                recorder.errors.count(kind);
            }
            if (lost > 0) {
                recorder.errors.count(Errors.REQUEST_LOST, lost);
            }
            if (wasOpen) {
                recorder.open--;
            } else {
                ramp.failed();
            }
            if (!closing) {
                pacer.proceed(System.nanoTime());
            }
        }
    }
}

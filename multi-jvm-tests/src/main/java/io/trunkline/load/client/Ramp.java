package io.trunkline.load.client;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.trunkline.load.measure.Latencies;
import io.trunkline.load.measure.Placement;
import io.trunkline.load.measure.Ramped;
import io.trunkline.load.plan.LoadPlan;
import io.trunkline.load.plan.Sources;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * Opens the connections of one loop: as many at a time as a listener's accept queue takes, no faster than the plan
 * says. A connection that fails is counted and not tried again.
 */
final class Ramp {
    /** Connections of one loop that are connecting or opening at any time; accept queues hold some thousands. */
    private static final int WINDOW = 256;

    private static final long STEP = TimeUnit.MILLISECONDS.toNanos(2);

    private final LoadLoop loop;
    private final LoadPlan plan;
    private final Bootstrap bootstrap;
    private final CompletableFuture<Ramped> done = new CompletableFuture<>();
    private final Histogram openTime = Latencies.histogram();
    private final Placement placement = new Placement();
    private final long[] startedAt;
    private long start;
    private long lastOpen;
    private int started;
    private int opened;
    private int failed;
    private boolean stopped;

    Ramp(LoadLoop loop, LoadPlan plan, Bootstrap bootstrap) {
        this.loop = loop;
        this.plan = plan;
        this.bootstrap = bootstrap.option(
                ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) Math.max(1, plan.timeoutSeconds() * 1_000));
        this.startedAt = new long[plan.connections()];
    }

    /** Completes when each connection is open or has failed. */
    CompletableFuture<Ramped> done() {
        return done;
    }

    void run() {
        start = System.nanoTime();
        lastOpen = start;
        if (plan.rampRate() > 0) {
            step();
        } else {
            connectMore();
        }
        finishIfAllAreDone();
    }

    /** Opens no more: what is open now is the result. */
    void stop() {
        stopped = true;
        complete();
    }

    private void step() {
        connectMore();
        if (!stopped && started < plan.connections()) {
            loop.later(this::step, STEP);
        }
    }

    private void connectMore() {
        long now = System.nanoTime();
        double allowed = plan.rampRate() > 0 ? (now - start) / 1e9 * plan.rampRate() + 1 : plan.connections();
        while (!stopped && started < Math.min(plan.connections(), allowed) && started - opened - failed < WINDOW) {
            connect(started++, now);
        }
    }

    private void connect(int index, long now) {
        startedAt[index] = now;
        Connection connection = loop.connection(index);
        int number = plan.firstConnection() + index;
        Bootstrap one = bootstrap.clone().handler(connection);
        InetSocketAddress target = new InetSocketAddress(plan.host(), plan.port());
        ChannelFuture connecting = plan.sources() > 0
                ? one.connect(target, new InetSocketAddress(Sources.address(number % plan.sources()), 0))
                : one.connect(target);
        connecting.addListener(result -> {
            if (result.isSuccess()) {
                loop.recorder().connected++;
            } else {
                connection.end(Failures.kindOfConnect(result.cause()));
            }
        });
    }

    void opened(Connection connection, long now) {
        opened++;
        lastOpen = now;
        Latencies.record(openTime, now - startedAt[connection.number - plan.firstConnection()]);
        goOn();
    }

    void failed() {
        failed++;
        goOn();
    }

    void located(Connection connection, String node) {
        String source = plan.sources() > 0 ? Sources.address(connection.number % plan.sources()) : "any";
        placement.count(source, node);
    }

    private void goOn() {
        if (plan.rampRate() == 0) {
            loop.soon(this::connectMore);
        }
        finishIfAllAreDone();
    }

    private void finishIfAllAreDone() {
        if (opened + failed == plan.connections()) {
            complete();
        }
    }

    private void complete() {
        done.complete(new Ramped((lastOpen - start) / 1e9, opened, Latencies.encode(openTime), placement.toMap()));
    }
}

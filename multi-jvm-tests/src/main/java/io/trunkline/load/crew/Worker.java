package io.trunkline.load.crew;

import io.netty.channel.EventLoopGroup;
import io.trunkline.load.client.LoadLoop;
import io.trunkline.load.client.Transport;
import io.trunkline.load.measure.Loaded;
import io.trunkline.load.measure.Ramped;
import io.trunkline.load.measure.Snapshot;
import io.trunkline.load.plan.LoadPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/** The part of a run that one process does: carries out commands on its event loops and tells events. */
final class Worker implements WorkerLink {
    private final Consumer<Event> events;
    private final List<LoadLoop> loops = new ArrayList<>();
    private final List<EventLoopGroup> groups = new ArrayList<>();

    Worker(Consumer<Event> events) {
        this.events = events;
    }

    @Override
    public void send(Command command) {
        if (command instanceof Command.Ramp ramp) {
            ramp(ramp.plan());
        } else if (command instanceof Command.Load) {
            tell(all(LoadLoop::load).thenApply(parts -> new Event.LoadDone(Loaded.sum(parts))));
        } else if (command instanceof Command.Cut) {
            loops.forEach(LoadLoop::cut);
        } else if (command instanceof Command.Finish) {
            tell(all(LoadLoop::close).thenApply(parts -> new Event.Finished(Snapshot.sum(parts))));
        }
    }

    private void ramp(LoadPlan plan) {
        EventLoopGroup group = Transport.loops("load", plan.threads());
        groups.add(group);
        for (int i = 0; i < plan.threads(); i++) {
            loops.add(new LoadLoop(group.next(), plan.share(i, plan.threads())));
        }
        tell(all(LoadLoop::ramp).thenApply(parts -> new Event.RampDone(Ramped.sum(parts))));
        group.next()
                .scheduleAtFixedRate(
                        () -> tell(all(LoadLoop::snapshot).thenApply(parts -> new Event.Tick(Snapshot.sum(parts)))),
                        1,
                        1,
                        TimeUnit.SECONDS)
                .addListener(ended -> {
                    if (!ended.isSuccess() && !ended.isCancelled()) {
                        events.accept(new Event.Failed(String.valueOf(ended.cause())));
                    }
                });
    }

    private <T> CompletableFuture<List<T>> all(Function<LoadLoop, CompletableFuture<T>> step) {
        List<CompletableFuture<T>> parts = loops.stream().map(step).toList();
        return CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new))
                .thenApply(done -> parts.stream().map(CompletableFuture::join).toList());
    }

    private void tell(CompletableFuture<? extends Event> event) {
        var unused = event.handle((done, failure) -> {
            events.accept(failure == null ? done : new Event.Failed(String.valueOf(failure)));
            return done;
        });
    }

    @Override
    public void close() {
        groups.forEach(group -> group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(3_000));
    }
}

package io.trunkline.load.crew;

import io.trunkline.load.measure.Loaded;
import io.trunkline.load.measure.Ramped;
import io.trunkline.load.measure.Snapshot;
import io.trunkline.load.plan.LoadPlan;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * All workers of a run as one: each phase is told to all of them and ends when all of them have ended it. Used from one
 * thread, but for {@link #cut}.
 */
public final class Crew implements AutoCloseable {
    /** Longer than a worker may be silent: it ticks every second. */
    private static final int SECONDS_OF_SILENCE = 60;

    private final BlockingQueue<Told> told = new ArrayBlockingQueue<>(10_000);
    private final List<WorkerLink> workers = new ArrayList<>();
    private final Map<Integer, Snapshot> ticks = new HashMap<>();
    private final Consumer<Snapshot> onTick;
    private volatile boolean cut;

    private record Told(int worker, Event event) {}

    private Crew(Consumer<Snapshot> onTick) {
        this.onTick = onTick;
    }

    /**
     * Starts the workers; one alone is no process of its own.
     *
     * @param onTick told about once per second what all workers have counted, on the thread that waits for a phase
     * @throws IOException if a process cannot be started
     */
    public static Crew start(int processes, Consumer<Snapshot> onTick) throws IOException {
        Crew crew = new Crew(onTick);
        try {
            for (int i = 0; i < processes; i++) {
                int index = i;
                Consumer<Event> events = event -> crew.told(new Told(index, event));
                crew.workers.add(processes == 1 ? new Worker(events) : new WorkerProcess(index, events));
            }
        } catch (IOException e) {
            crew.close();
            throw e;
        }
        return crew;
    }

    private void told(Told told) {
        if (!this.told.offer(told) && !(told.event instanceof Event.Tick)) {
            throw new IllegalStateException("events of workers are not read: " + told);
        }
    }

    /** Opens all connections. */
    public Ramped ramp(LoadPlan plan) throws CrewException, InterruptedException {
        for (int i = 0; i < workers.size(); i++) {
            workers.get(i).send(new Command.Ramp(plan.share(i, workers.size())));
        }
        return Ramped.sum(await(event -> event instanceof Event.RampDone done ? List.of(done.ramped()) : List.of()));
    }

    /** Waits, and ticks, for so long; less if it is cut. Returns how many seconds it was. */
    public double hold(double seconds) throws CrewException, InterruptedException {
        long start = System.nanoTime();
        long end = start + (long) (seconds * 1e9);
        for (long left = end - System.nanoTime(); left > 0 && !cut; left = end - System.nanoTime()) {
            Told next = told.poll(Math.min(left, TimeUnit.MILLISECONDS.toNanos(200)), TimeUnit.NANOSECONDS);
            if (next != null) {
                take(next);
            }
        }
        return (System.nanoTime() - start) / 1e9;
    }

    public Loaded load() throws CrewException, InterruptedException {
        workers.forEach(worker -> worker.send(new Command.Load()));
        return Loaded.sum(await(event -> event instanceof Event.LoadDone done ? List.of(done.loaded()) : List.of()));
    }

    /** Ends the phase that runs before its time. May be called from any thread. */
    public void cut() {
        cut = true;
        workers.forEach(worker -> worker.send(new Command.Cut()));
    }

    public boolean wasCut() {
        return cut;
    }

    /** Closes all connections and returns what was counted from the beginning. */
    public Snapshot finish() throws CrewException, InterruptedException {
        workers.forEach(worker -> worker.send(new Command.Finish()));
        return Snapshot.sum(await(event -> event instanceof Event.Finished done ? List.of(done.totals()) : List.of()));
    }

    private <T> List<T> await(Function<Event, List<T>> results) throws CrewException, InterruptedException {
        List<T> all = new ArrayList<>();
        while (all.size() < workers.size()) {
            Told next = told.poll(SECONDS_OF_SILENCE, TimeUnit.SECONDS);
            if (next == null) {
                throw new CrewException("no worker has said anything for " + SECONDS_OF_SILENCE + " s");
            }
            take(next);
            all.addAll(results.apply(next.event));
        }
        return all;
    }

    private void take(Told next) throws CrewException {
        if (next.event instanceof Event.Failed failed) {
            throw new CrewException(failed.reason());
        }
        if (next.event instanceof Event.Tick tick) {
            ticks.put(next.worker, tick.snapshot());
            if (ticks.size() == workers.size()) {
                onTick.accept(Snapshot.sum(List.copyOf(ticks.values())));
                ticks.clear();
            }
        }
    }

    @Override
    public void close() {
        workers.forEach(WorkerLink::close);
    }
}

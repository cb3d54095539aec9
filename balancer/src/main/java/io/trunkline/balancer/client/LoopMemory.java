package io.trunkline.balancer.client;

import io.netty.channel.EventLoop;
import io.trunkline.balancer.events.BalancerEvents;
import io.trunkline.protocol.memory.MemoryBudget;
import io.trunkline.protocol.memory.MemoryBudget.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;

/**
 * The memory that the clients of one event loop hold, and what is done when the process has too little of it: from 85 %
 * on the clients that hold much are read no more, from 95 % on they are told and closed, the heaviest first. It counts
 * for itself and tells the budget of the process in steps, so that a message costs no atomic operation. Belongs to the
 * event loop.
 */
public final class LoopMemory {
    /** What a client may hold and still be light: it is not held back, and not closed for the sake of others. */
    public static final int LIGHT = 16 * 1024;

    /** How long memory may hold a client up that lets go of little: what it holds may be what the others wait for. */
    static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);

    private static final int LARGEST_STEP = 64 * 1024;

    private final ClientMemory process;
    private final MemoryBudget budget;
    private final EventLoop loop;
    private final long step;
    private final List<Account> heavy = new ArrayList<>();
    private final List<Account> light = new ArrayList<>();
    private final AtomicBoolean waking = new AtomicBoolean();
    private long used;
    private long told;
    private Level level = Level.ROOMY;

    LoopMemory(ClientMemory process, EventLoop loop) {
        this.process = process;
        this.budget = process.budget();
        this.loop = loop;
        this.step = Math.max(1, Math.min(LARGEST_STEP, budget.limit() / 256));
    }

    /** An account of nothing. */
    public Account account(Tenant tenant) {
        return new Account(this, tenant);
    }

    // --- what accounts tell

    void add(long more) {
        used += more;
        long untold = used - told;
        if (untold >= step || untold <= -step) {
            settle();
        }
    }

    /** Tells the budget what it has not been told, and looks whether something is to be done. */
    void settle() {
        if (used != told) {
            budget.take(used - told);
            told = used;
        }
        if (budget.level().compareTo(level) > 0) {
            level = budget.level();
            process.wakeAll();
        }
    }

    /** An account has become heavy, or light. */
    void weigh(Account account) {
        if (!account.isHeavy()) {
            account.place(heavy.size());
            heavy.add(account);
            if (level.compareTo(Level.SCARCE) >= 0) {
                wake();
            }
            return;
        }
        Account last = heavy.remove(heavy.size() - 1);
        if (last != account) {
            heavy.set(account.place(), last);
            last.place(account.place());
        }
        account.place(-1);
        if (account.heldBack()) {
            light.add(account);
            wake();
        }
    }

    boolean tight() {
        return level.compareTo(Level.TIGHT) >= 0;
    }

    boolean exhausted() {
        return level == Level.EXHAUSTED;
    }

    /** Whether this client may have so much more although memory is exhausted. */
    boolean makeRoom(Account asking, long more) {
        settle();
        level = budget.level(level);
        if (level != Level.EXHAUSTED) {
            return true;
        }
        if (asking.isHeavy() || more > LIGHT) {
            process.shed("arrival").increment();
            return false;
        }
        shedHeaviest();
        if (budget.used() + more <= budget.limit()) {
            return true;
        }
        process.shed("full").increment();
        return false;
    }

    /** The work of a client failed. */
    void failed(Throwable cause) {
        if (cause instanceof OutOfMemoryError) {
            process.failedAllocations().increment();
            process.noteFailure(cause);
        } else {
            BalancerEvents.clientBroken(cause);
        }
    }

    // --- what is done

    void start() {
        loop.scheduleWithFixedDelay(
                () -> act(System.nanoTime()),
                ClientMemory.TICK_MILLIS,
                ClientMemory.TICK_MILLIS,
                TimeUnit.MILLISECONDS);
    }

    /** Makes the loop look at the level soon. From any thread. */
    void wake() {
        if (waking.compareAndSet(false, true) && !loop.isShuttingDown()) {
            loop.execute(() -> {
                waking.set(false);
                act(System.nanoTime());
            });
        }
    }

    /** Does what the level asks for; on the event loop, when the level has changed and once in a while. */
    public void act(long now) {
        settle();
        boolean wasTight = tight();
        level = budget.level(level);
        holdBack(level.compareTo(Level.SCARCE) >= 0);
        if (level == Level.EXHAUSTED) {
            shedHeaviest();
        }
        if (tight()) {
            shedOne("stuck", account -> account.stuckFor(PATIENCE_NANOS, now));
        } else if (wasTight) {
            heavy.forEach(Account::calm);
        }
        process.noteLevel(level);
    }

    /** Whoever has become light is read again in any case. */
    private void holdBack(boolean back) {
        List<Account> free = List.copyOf(light);
        light.clear();
        free.stream().filter(account -> !account.isHeavy()).forEach(account -> account.holdBack(false));
        // Walked backwards: a client that is read again may become light at once.
        for (int i = heavy.size() - 1; i >= 0; i--) {
            if (i < heavy.size()) {
                heavy.get(i).holdBack(back);
            }
        }
    }

    private void shedHeaviest() {
        boolean shed = true;
        while (shed && budget.level(Level.EXHAUSTED) == Level.EXHAUSTED) {
            shed = shedOne("heaviest", account -> true);
        }
    }

    /** Sheds the heaviest of these; false when there is none, or when it has let go of nothing. */
    private boolean shedOne(String why, Predicate<Account> which) {
        Account heaviest = null;
        for (Account account : heavy) {
            if (which.test(account) && (heaviest == null || account.bytes() > heaviest.bytes())) {
                heaviest = account;
            }
        }
        if (heaviest == null) {
            return false;
        }
        long before = heaviest.bytes();
        heaviest.shed();
        process.shed(why).increment();
        settle();
        return heaviest.bytes() < before;
    }

    /** What the clients of this loop hold, in bytes. */
    long used() {
        return used;
    }

    /** How many clients hold much. */
    int heavy() {
        return heavy.size();
    }
}

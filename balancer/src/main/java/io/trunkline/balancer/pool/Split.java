package io.trunkline.balancer.pool;

import io.trunkline.protocol.member.Expect;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Two pools of which the second one gets a part: a canary of some percent, or, switched from 0 to 100 in one call, the
 * other colour of a blue-green pair. Usable from any thread.
 *
 * <p>Exact in number, and well mixed. What is sticky stays so: a client whose token names a server goes to that one's
 * pool as long as the pool gets anything at all, and what is hashed is divided by its hash, so that each key and each
 * source keeps its pool as long as the percentage does.
 */
public final class Split {
    private static final long WHOLE = 10_000;

    /** Coprime to the whole: consecutive requests are far apart, and after a whole round each place came once. */
    private static final long STEP = 6_181;

    private final Pool main;
    private final Pool other;
    private final AtomicLong turn = new AtomicLong();
    private volatile int share;

    /**
     * A split of all that comes.
     *
     * @param percent what the other pool gets, 0 to 100, with up to two decimals
     */
    public Split(Pool main, Pool other, double percent) {
        this.main = main;
        this.other = other;
        percent(percent);
    }

    public Pool main() {
        return main;
    }

    public Pool other() {
        return other;
    }

    /** What the other pool gets, in percent. */
    public double percent() {
        return share * 100.0 / WHOLE;
    }

    /** The other pool gets so many percent from now on; what is under way stays where it is. */
    public void percent(double now) {
        Expect.that(now >= 0 && now <= 100, "percent", now, "0 to 100");
        share = (int) Math.round(now * WHOLE / 100);
    }

    /**
     * The pool for a request.
     *
     * @param asked true or false when the request itself says whether it wants the other pool, by a header; null when
     *     not
     */
    public Pool choose(Ask ask, @Nullable Boolean asked) {
        if (asked != null) {
            return asked ? other : main;
        }
        int now = share;
        if (now == 0 || now == WHOLE) {
            return now == 0 ? main : other;
        }
        String token = ask.token();
        if (token != null) {
            if (other.withToken(token) != null) {
                return other;
            }
            if (main.withToken(token) != null) {
                return main;
            }
        }
        boolean hashed = ask.key() != null || main.settings().balance() == Balance.SOURCE_HASH;
        long place = hashed
                // Not the bits that choose the server.
                ? Long.remainderUnsigned(Rendezvous.mixed(Rendezvous.hash(ask) + 1), WHOLE)
                : Long.remainderUnsigned(turn.getAndIncrement() * STEP, WHOLE);
        return place < now ? other : main;
    }
}

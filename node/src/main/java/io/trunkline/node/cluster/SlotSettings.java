package io.trunkline.node.cluster;

import com.typesafe.config.Config;
import io.trunkline.protocol.member.Expect;
import java.time.Duration;

/**
 * The settings of {@code trunkline.node.cluster}.
 *
 * @param settle quiet time of the membership before slots are placed
 * @param expectedNodes nodes to wait for before the first slots are placed
 * @param expectedWithin how long to wait for them at most
 * @param watchInterval time between two checks that every slot is hosted
 * @param movesPerRound slots that one rebalance round may begin to move
 * @param movesAtATime slots that may be on the move at a time
 */
public record SlotSettings(
        Duration settle,
        int expectedNodes,
        Duration expectedWithin,
        Duration watchInterval,
        int movesPerRound,
        int movesAtATime) {
    /** A cluster whose nodes start together places each slot once. */
    private static final Duration SETTLE = Duration.ofSeconds(1);

    /** Slots that are placed at once interleave better than slots that move when the rest arrives. */
    private static final Duration EXPECTED_WITHIN = Duration.ofSeconds(15);

    private static final Duration WATCH_INTERVAL = Duration.ofSeconds(1);

    /**
     * At most; each round begins a random number. The time between two rounds is
     * pekko.cluster.sharding.rebalance-interval, 200 ms: 64 slots take about five seconds. The slots of a round are
     * placed one after another, so more of them pause longer.
     */
    private static final int MOVES_PER_ROUND = 4;

    /** One whose sessions have requests in flight takes up to session.hand-off; the others go on meanwhile. */
    private static final int MOVES_AT_A_TIME = 16;

    public SlotSettings {
        Expect.positive("cluster.settle", settle);
        Expect.positive("cluster.expected-nodes", expectedNodes);
        Expect.positive("cluster.expected-within", expectedWithin);
        Expect.positive("cluster.watch-interval", watchInterval);
        Expect.positive("cluster.moves-per-round", movesPerRound);
        Expect.positive("cluster.moves-at-a-time", movesAtATime);
    }

    /**
     * Reads {@code cluster}.
     *
     * @param c {@code trunkline.node}
     */
    public static SlotSettings from(Config c) {
        return new SlotSettings(
                SETTLE,
                c.getInt("cluster.expected-nodes"),
                EXPECTED_WITHIN,
                WATCH_INTERVAL,
                MOVES_PER_ROUND,
                MOVES_AT_A_TIME);
    }
}

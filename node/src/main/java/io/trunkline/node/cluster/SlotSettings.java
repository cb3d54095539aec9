package io.trunkline.node.cluster;

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
    public SlotSettings {
        Expect.positive("cluster.settle", settle);
        Expect.positive("cluster.expected-nodes", expectedNodes);
        Expect.positive("cluster.expected-within", expectedWithin);
        Expect.positive("cluster.watch-interval", watchInterval);
        Expect.positive("cluster.moves-per-round", movesPerRound);
        Expect.positive("cluster.moves-at-a-time", movesAtATime);
    }
}

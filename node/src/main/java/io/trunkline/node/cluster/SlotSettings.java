package io.trunkline.node.cluster;

import io.trunkline.protocol.member.Expect;
import java.time.Duration;

/**
 * The settings of {@code trunkline.node.cluster}.
 *
 * @param settle quiet time of the membership before slots are placed
 * @param watchInterval time between two checks that every slot is hosted
 * @param movesPerRound slots that one rebalance round may move
 */
public record SlotSettings(Duration settle, Duration watchInterval, int movesPerRound) {
    public SlotSettings {
        Expect.positive("cluster.settle", settle);
        Expect.positive("cluster.watch-interval", watchInterval);
        Expect.positive("cluster.moves-per-round", movesPerRound);
    }
}

package io.trunkline.hostile;

import io.trunkline.hostile.attack.Attack;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What a run does.
 *
 * @param root the repository, with its modules packaged
 * @param directory where the members' logs go
 * @param nodes behind one balancer
 * @param full whether attacks have the size at which the faults were found, and latencies are judged
 * @param attackSeconds how long each attack goes on
 * @param restSeconds how long neighbours are measured before each
 * @param settings further environment variables of all members
 */
public record HostilePlan(
        Path root,
        Path directory,
        int nodes,
        boolean full,
        List<Attack> attacks,
        int attackSeconds,
        int restSeconds,
        Map<String, String> settings) {
    public HostilePlan {
        attacks = List.copyOf(attacks);
        settings = Map.copyOf(settings);
        if (nodes < 1 || attackSeconds < 1 || restSeconds < 1) {
            throw new IllegalArgumentException("nodes, seconds and rest: expected > 0");
        }
    }
}

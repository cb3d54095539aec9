package io.trunkline.hostile;

import java.util.List;
import java.util.Map;

/**
 * What one attack did to the others.
 *
 * @param connections that the attack opened
 * @param before what neighbours saw before it
 * @param during what they saw while it went on
 * @param heapBytes the balancer's heap at the peak
 * @param directBytes its direct memory at the peak
 * @param nodesLost nodes that ended
 * @param told counters that name a reason, and by how much they rose
 * @param troubles promises that were broken; empty when none was
 */
record Outcome(
        String attack,
        String summary,
        int connections,
        List<Neighbour.Sight> before,
        List<Neighbour.Sight> during,
        long heapBytes,
        long directBytes,
        int nodesLost,
        Map<String, Long> told,
        List<String> troubles) {}

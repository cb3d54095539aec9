package io.trunkline.protocol.downing;

import java.util.Set;
import org.apache.pekko.cluster.UniqueAddress;

/**
 * What is to be done about a partition.
 *
 * @param survives whether the side that decides goes on; the members that are lost to it are downed then, otherwise its
 *     own
 * @param down the members to down
 */
record Verdict(boolean survives, Set<UniqueAddress> down) {
    Verdict {
        down = Set.copyOf(down);
    }
}

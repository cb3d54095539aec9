package io.trunkline.local;

import io.trunkline.local.MemberPlan.Port;
import io.trunkline.local.MemberPlan.Role;
import java.util.IntSummaryStatistics;
import java.util.List;

/**
 * Whether a cluster serves and nothing in it moves any more.
 *
 * @param balancer whose view of the cluster counts
 * @param living all members that run
 * @param slots of the whole cluster
 */
record Serving(MemberPlan balancer, List<MemberProcess> living, int slots) {

    /**
     * Whether the balancer sees all living members and no others, each of them well, every balancer has a node for new
     * clients, and the slots have come to rest.
     *
     * @throws ClusterException when a member has ended meanwhile
     */
    boolean holds() {
        living.forEach(MemberProcess::failIfEnded);
        return allMembersAreWell()
                && slotsAreAtRest()
                && living.stream()
                        .filter(member -> member.plan().role() == Role.BALANCER)
                        .allMatch(MemberProcess::serves);
    }

    private boolean allMembersAreWell() {
        int expected = living.size();
        return HttpProbe.json(balancer.host(), balancer.port(Port.STATS), "/cluster")
                .filter(view -> view.at("/cluster/members/total").asInt() == expected)
                .filter(view -> view.at("/cluster/members/healthy").asInt() == expected)
                .filter(view -> view.path("backends")
                        .valueStream()
                        .allMatch(node -> node.path("accepting").asBoolean()))
                .isPresent();
    }

    /** Whether all slots are hosted, and as evenly as they can be: only then nothing moves any more. */
    private boolean slotsAreAtRest() {
        IntSummaryStatistics perNode = living.stream()
                .filter(member -> member.plan().role() == Role.NODE)
                .mapToInt(MemberProcess::slots)
                .summaryStatistics();
        return perNode.getSum() == slots && perNode.getMax() - perNode.getMin() <= 1;
    }
}

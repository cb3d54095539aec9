package io.trunkline.node.cluster;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.Address;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.sharding.ShardCoordinator;
import org.apache.pekko.cluster.typed.Cluster;
import scala.collection.immutable.IndexedSeq;
import scala.concurrent.Future;
import scala.jdk.javaapi.CollectionConverters;
import scala.jdk.javaapi.FutureConverters;

/**
 * {@link SlotSpread} as cluster sharding asks for it, on the member that hosts the coordinator. Slots go to members that
 * are up and reachable where there are any; nothing is rebalanced while a member is joining or unreachable, because a
 * move needs an answer from every region.
 */
public final class SlotAllocation extends ShardCoordinator.AbstractShardAllocationStrategy {
    private final Cluster cluster;
    private final SlotSpread spread;
    private final int movesPerRound;

    /**
     * The allocation of one cluster.
     *
     * @param movesPerRound slots that one rebalance round may move, the slow start of a joining node
     */
    public SlotAllocation(Cluster cluster, int slots, int movesPerRound) {
        this.cluster = cluster;
        this.spread = new SlotSpread(slots);
        this.movesPerRound = movesPerRound;
    }

    @Override
    public Future<ActorRef> allocateShard(
            ActorRef requester, String shard, Map<ActorRef, IndexedSeq<String>> allocations) {
        Map<ActorRef, List<Integer>> hosts = hosts(allocations, true);
        ActorRef host = spread.place(Integer.parseInt(shard), hosts.isEmpty() ? hosts(allocations, false) : hosts);
        return completed(host);
    }

    @Override
    public Future<Set<String>> rebalance(Map<ActorRef, IndexedSeq<String>> allocations, Set<String> inProgress) {
        if (!inProgress.isEmpty() || !isSettled()) {
            return completed(Set.of());
        }
        Set<Integer> moves = spread.moves(hosts(allocations, true), movesPerRound);
        return completed(moves.stream().map(String::valueOf).collect(Collectors.toSet()));
    }

    private boolean isSettled() {
        for (Member member : cluster.state().getMembers()) {
            if (member.status() == MemberStatus.joining() || member.status() == MemberStatus.weaklyUp()) {
                return false;
            }
        }
        return cluster.state().getUnreachable().isEmpty();
    }

    /** The regions and their slots in a stable order, only those fit for new slots when {@code fitOnly}. */
    private Map<ActorRef, List<Integer>> hosts(Map<ActorRef, IndexedSeq<String>> allocations, boolean fitOnly) {
        Map<Address, Member> fit = new HashMap<>();
        for (Member member : cluster.state().getMembers()) {
            if (member.status() == MemberStatus.up()
                    && !cluster.state().getUnreachable().contains(member)) {
                fit.put(member.address(), member);
            }
        }
        TreeMap<String, Map.Entry<ActorRef, IndexedSeq<String>>> ordered = new TreeMap<>();
        for (Map.Entry<ActorRef, IndexedSeq<String>> allocation : allocations.entrySet()) {
            ActorRef region = allocation.getKey();
            Address address = region.path().address().hasLocalScope()
                    ? cluster.selfMember().address()
                    : region.path().address();
            if (!fitOnly || fit.containsKey(address)) {
                // A member that was started again has a second region for a moment: the former one, with its slots.
                ordered.merge(
                        address.toString(),
                        allocation,
                        (one, other) ->
                                one.getValue().size() <= other.getValue().size() ? one : other);
            }
        }
        Map<ActorRef, List<Integer>> hosts = new LinkedHashMap<>();
        ordered.values().forEach(allocation -> hosts.put(allocation.getKey(), slots(allocation.getValue())));
        return hosts;
    }

    private static List<Integer> slots(IndexedSeq<String> shards) {
        Collection<String> names = CollectionConverters.asJavaCollection(shards);
        List<Integer> slots = new ArrayList<>(names.size());
        names.forEach(name -> slots.add(Integer.valueOf(name)));
        return slots;
    }

    private static <T> Future<T> completed(T value) {
        return FutureConverters.asScala(CompletableFuture.completedFuture(value));
    }
}

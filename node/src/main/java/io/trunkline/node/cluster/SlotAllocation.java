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
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntUnaryOperator;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.Address;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.sharding.ShardCoordinator;
import org.apache.pekko.cluster.typed.Cluster;
import org.jspecify.annotations.Nullable;
import scala.collection.immutable.IndexedSeq;
import scala.concurrent.Future;
import scala.jdk.javaapi.CollectionConverters;
import scala.jdk.javaapi.FutureConverters;

/**
 * {@link SlotSpread} as cluster sharding asks for it, on the member that hosts the coordinator. Slots go to members
 * that are up, reachable and not draining, where there are any, and are taken away from those that drain or leave.
 * Nothing is moved while a member is joining or unreachable, because a move needs an answer from every region.
 */
public final class SlotAllocation extends ShardCoordinator.AbstractShardAllocationStrategy {
    private final Cluster cluster;
    private final DrainingNodes draining;
    private final int slots;
    private final SlotSpread spread;
    private final SlotSettings settings;
    private final IntUnaryOperator jitter;

    /**
     * The allocation of one cluster.
     *
     * @param draining the nodes that said that they drain
     */
    public SlotAllocation(Cluster cluster, DrainingNodes draining, int slots, SlotSettings settings) {
        // Between one and all that may move: rounds do not fall in step with what clients do.
        this(
                cluster,
                draining,
                slots,
                settings,
                most -> ThreadLocalRandom.current().nextInt(1, most + 1));
    }

    SlotAllocation(Cluster cluster, DrainingNodes draining, int slots, SlotSettings settings, IntUnaryOperator jitter) {
        this.cluster = cluster;
        this.draining = draining;
        this.slots = slots;
        this.spread = new SlotSpread(slots);
        this.settings = settings;
        this.jitter = jitter;
    }

    @Override
    public Future<ActorRef> allocateShard(
            ActorRef requester, String shard, Map<ActorRef, IndexedSeq<String>> allocations) {
        Map<ActorRef, List<Integer>> hosts = hosts(allocations, this::stays);
        if (hosts.isEmpty()) {
            hosts = hosts(allocations, this::isUp);
        }
        if (hosts.isEmpty()) {
            hosts = hosts(allocations, member -> true);
        }
        return completed(spread.place(Integer.parseInt(shard), hosts));
    }

    @Override
    public Future<Set<String>> rebalance(Map<ActorRef, IndexedSeq<String>> allocations, Set<String> inProgress) {
        int room = settings.movesAtATime() - inProgress.size();
        if (room <= 0 || !isSettled()) {
            return completed(Set.of());
        }
        Set<Integer> moving = inProgress.stream().map(Integer::valueOf).collect(Collectors.toSet());
        Collection<List<Integer>> leaving = hosts(allocations, this::leaves).values();
        int limit = Math.min(room, jitter.applyAsInt(settings.movesPerRound()));
        if (isPlacing(allocations)) {
            // What is uneven then is so for a moment: to move it would bind its sessions again, for nothing.
            long urgent = leaving.stream()
                    .flatMap(List::stream)
                    .filter(slot -> !moving.contains(slot))
                    .count();
            limit = (int) Math.min(limit, urgent);
        }
        Set<Integer> moves = spread.moves(hosts(allocations, this::stays), leaving, moving, limit);
        return completed(moves.stream().map(String::valueOf).collect(Collectors.toSet()));
    }

    /** Whether more slots are without a host than can be moving: they are being placed, at a start or after a loss. */
    private boolean isPlacing(Map<ActorRef, IndexedSeq<String>> allocations) {
        int placed = 0;
        for (IndexedSeq<String> own : allocations.values()) {
            placed += own.size();
        }
        return slots - placed > settings.movesAtATime();
    }

    private boolean isSettled() {
        for (Member member : cluster.state().getMembers()) {
            if (member.status() == MemberStatus.joining() || member.status() == MemberStatus.weaklyUp()) {
                return false;
            }
        }
        return cluster.state().getUnreachable().isEmpty();
    }

    private boolean isUp(@Nullable Member member) {
        return member != null
                && member.status() == MemberStatus.up()
                && !cluster.state().getUnreachable().contains(member);
    }

    private boolean stays(@Nullable Member member) {
        return isUp(member) && !isDraining(member);
    }

    private boolean leaves(@Nullable Member member) {
        return member != null
                && (isDraining(member)
                        || member.status() == MemberStatus.leaving()
                        || member.status() == MemberStatus.exiting());
    }

    private boolean isDraining(@Nullable Member member) {
        return member != null && draining.contains(member.uniqueAddress().longUid());
    }

    /**
     * The regions and their slots in a stable order.
     *
     * @param wanted of the member that a region is on; null when that is no member any more
     */
    private Map<ActorRef, List<Integer>> hosts(
            Map<ActorRef, IndexedSeq<String>> allocations, Predicate<@Nullable Member> wanted) {
        Map<Address, Member> members = new HashMap<>();
        cluster.state().getMembers().forEach(member -> members.put(member.address(), member));
        TreeMap<String, Map.Entry<ActorRef, IndexedSeq<String>>> ordered = new TreeMap<>();
        for (Map.Entry<ActorRef, IndexedSeq<String>> allocation : allocations.entrySet()) {
            ActorRef region = allocation.getKey();
            Address address = region.path().address().hasLocalScope()
                    ? cluster.selfMember().address()
                    : region.path().address();
            if (wanted.test(members.get(address))) {
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

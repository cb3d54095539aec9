package io.trunkline.balancer.client;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** What an event loop looks after: added, removed and walked through without searching or copying. */
public final class Crowd<T extends Crowd.Member> {
    /** Is in one crowd at most. */
    public interface Member {
        Seat seat();
    }

    /** A member's place in its crowd. */
    public static final class Seat {
        private int at = -1;
    }

    private final List<T> all = new ArrayList<>();

    public void add(T member) {
        member.seat().at = all.size();
        all.add(member);
    }

    public void remove(T member) {
        T last = all.remove(all.size() - 1);
        if (last != member) {
            all.set(member.seat().at, last);
            last.seat().at = member.seat().at;
        }
    }

    /** Shows each one to the visitor, which may remove that one. */
    public void each(Consumer<T> visitor) {
        for (int i = all.size() - 1; i >= 0; i--) {
            if (i < all.size()) {
                visitor.accept(all.get(i));
            }
        }
    }

    public int size() {
        return all.size();
    }
}

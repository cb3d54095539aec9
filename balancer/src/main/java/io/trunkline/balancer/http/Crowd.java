package io.trunkline.balancer.http;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** What an event loop looks after: added, removed and walked through without searching or copying. */
final class Crowd<T extends Crowd.Member> {
    /** Knows its place in the crowd. */
    interface Member {
        int place();

        void place(int index);
    }

    private final List<T> all = new ArrayList<>();

    void add(T member) {
        member.place(all.size());
        all.add(member);
    }

    void remove(T member) {
        T last = all.remove(all.size() - 1);
        if (last != member) {
            all.set(member.place(), last);
            last.place(member.place());
        }
    }

    /** Shows each one to the visitor, which may remove that one. */
    void each(Consumer<T> visitor) {
        for (int i = all.size() - 1; i >= 0; i--) {
            if (i < all.size()) {
                visitor.accept(all.get(i));
            }
        }
    }

    int size() {
        return all.size();
    }
}

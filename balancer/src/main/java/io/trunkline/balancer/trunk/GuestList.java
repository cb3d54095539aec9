package io.trunkline.balancer.trunk;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The sessions of one event loop that are not where their slots are. Belongs to the event loop. */
final class GuestList {
    /** Guests that are sent home at one time. */
    private static final int MAX_HOMEWARD = 250;

    private final Set<Guest> guests = new LinkedHashSet<>();
    private boolean homesChanged;

    void add(Guest guest) {
        guests.add(guest);
        homesChanged = true;
    }

    void remove(Guest guest) {
        guests.remove(guest);
    }

    /** Some guest may have a home now that it had not before. */
    void homesChanged() {
        homesChanged = true;
    }

    /** Asks some guests to go home, a bounded number at each call. */
    void sendHome() {
        if (!homesChanged) {
            return;
        }
        homesChanged = false;
        int sent = 0;
        for (Guest guest : List.copyOf(guests)) {
            if (sent >= MAX_HOMEWARD) {
                homesChanged = true;
                return;
            }
            if (guest.goHome()) {
                sent++;
            }
        }
    }
}

package io.trunkline.faults.check;

import java.util.HashSet;
import java.util.Set;

/** What is known about one client so far: the session that it has, and what that session must remember. */
final class ClientState {

    /** The level of a session whose client has not set one (trunkline.node.mcp.log-level). */
    private static final String FIRST_LEVEL = "info";

    String session = "";
    String node = "";
    long epoch;

    /** What the session may keep: what it acknowledged last, and whatever may have run since. */
    final Set<String> values = new HashSet<>();

    final Set<String> levels = new HashSet<>();

    int lastNumber;
    long lastOk;

    /** How many marks there were at {@link #lastOk}. */
    int marksAtLastOk;

    boolean wasOk;

    ClientState() {
        begin();
    }

    /** Another connection, and so another session. */
    void begin() {
        session = "";
        node = "";
        epoch = 0;
        only(values, "");
        only(levels, FIRST_LEVEL);
    }

    /** The session was heard to have this, or acknowledged it: it has nothing else. */
    static void only(Set<String> possible, String value) {
        possible.clear();
        possible.add(value);
    }
}

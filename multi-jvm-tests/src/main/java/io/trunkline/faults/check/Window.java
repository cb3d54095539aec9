package io.trunkline.faults.check;

import io.trunkline.faults.history.Event.Operation;
import io.trunkline.faults.history.Kind;
import java.util.Arrays;

/**
 * What happened between two marks of a history.
 *
 * <p>A pause is the time for which a client got no good answer, less the time for which the node was asked to hold that
 * answer back. A pause belongs to the window whose mark it contains first, else to the one in which it ends: what goes
 * wrong because of a fault counts for that fault, however long it takes.
 */
public final class Window {

    private final String name;
    private long[] longest = new long[16];
    private int clients;
    private long ok;
    private long failed;
    private long unknown;
    private long unknownRepeatable;
    private long closed;
    private long ranTwice;

    Window(String name) {
        this.name = name;
    }

    void answered(Operation operation) {
        switch (operation.outcome()) {
            case OK -> ok++;
            case FAILED -> failed++;
            case UNKNOWN -> {
                unknown++;
                if (operation.kind() != Kind.COUNT) {
                    unknownRepeatable++;
                }
            }
            case NONE -> {}
        }
    }

    void closed() {
        closed++;
    }

    void ranTwice() {
        ranTwice++;
    }

    void paused(int client, long micros) {
        if (client >= longest.length) {
            longest = Arrays.copyOf(longest, Math.max(client + 1, longest.length * 2));
        }
        clients = Math.max(clients, client + 1);
        longest[client] = Math.max(longest[client], micros);
    }

    public String name() {
        return name;
    }

    /** Requests that were answered, with whatever. */
    public long answers() {
        return ok + failed + unknown;
    }

    public long ok() {
        return ok;
    }

    public long failed() {
        return failed;
    }

    public long unknown() {
        return unknown;
    }

    /** How many of these could have been repeated instead. */
    public long unknownRepeatable() {
        return unknownRepeatable;
    }

    /** Connections that the server closed. */
    public long closedConnections() {
        return closed;
    }

    /** Operations that ran more than once though they must not. */
    public long duplicates() {
        return ranTwice;
    }

    /**
     * The pause in microseconds that this part of the clients did not exceed, by the longest pause of each; 0 when
     * nobody was answered.
     *
     * @param quantile 0 to 1
     */
    public long pause(double quantile) {
        if (clients == 0) {
            return 0;
        }
        long[] sorted = Arrays.copyOf(longest, clients);
        Arrays.sort(sorted);
        return sorted[(int) Math.ceil(quantile * (clients - 1))];
    }
}

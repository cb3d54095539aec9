package io.trunkline.faults.history;

/** Something that happened to a client, or to the cluster. Times are microseconds since the start of the run. */
public sealed interface Event {

    /**
     * A request from its sending to its answer.
     *
     * @param client counts from 0
     * @param number counts the client's requests from 1
     * @param argument what the request carried; empty when its kind has none
     * @param hold microseconds for which the node was asked to hold the answer back
     * @param value what the answer carried, see {@link Kind}; of an error, its reason
     * @param node that answered, if the answer says so; else empty
     */
    record Operation(
            int client,
            int number,
            Kind kind,
            String argument,
            long invoked,
            long completed,
            long hold,
            Outcome outcome,
            String value,
            String node)
            implements Event {

        /** What identifies it among all operations of the run. */
        public String id() {
            return id(client, number);
        }

        /** The same from its parts. */
        public static String id(int client, int number) {
            return client + ":" + number;
        }
    }

    /** A message to a client that answers nothing which that client still waits for. */
    record Stray(int client, long at, String message) implements Event {}

    /** The server closed a client's connection; the client connects again with a new session. */
    record Closed(int client, long at, String why) implements Event {}

    /** From here on the cluster is treated in another way: a node is killed, or comes back. */
    record Mark(long at, String what) implements Event {}
}

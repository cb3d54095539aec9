package io.trunkline.hostile.attack;

/** One kind of hostile client. It may use as many threads as it likes; all end when their sockets are closed. */
public interface Attack {
    /** Its name on the command line. */
    String name();

    /** What it does, in a few words, for the table. */
    String summary();

    /** Opens its connections and says what it has to say; returns when it has, or when the field's time is over. */
    void run(Field field);

    /** How many nodes may end by it: only a tool may end a node, and only as often as a call is repeated. */
    default int mostNodesLost() {
        return 0;
    }
}

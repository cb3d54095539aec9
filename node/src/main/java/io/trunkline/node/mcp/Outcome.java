package io.trunkline.node.mcp;

/** The one end of a client message. Exactly one of the two methods is called, once, on the conversation's thread. */
interface Outcome {

    /** The message is answered with these bytes. */
    void answer(byte[] message);

    /** The message gets no answer. */
    void none();

    /** The end of a message that arrived by itself. */
    static Outcome of(Peer peer, int number) {
        return new Outcome() {
            @Override
            public void answer(byte[] message) {
                peer.send(message, number);
            }

            @Override
            public void none() {
                peer.done(number);
            }
        };
    }
}

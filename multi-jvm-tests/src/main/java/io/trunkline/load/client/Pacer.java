package io.trunkline.load.client;

/** Decides when the next request is sent. Runs on the loop's thread. */
interface Pacer {
    void start(long now);

    /** Something has changed that may let requests be sent: an answer, room in a socket, a timeout. */
    void proceed(long now);

    /** Sends nothing from now on. */
    void stop(long now);
}

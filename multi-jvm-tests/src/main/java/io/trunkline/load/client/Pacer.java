package io.trunkline.load.client;

/** Decides when the next request is sent. Runs on the loop's thread. */
interface Pacer {
    /** Where a pacer's requests go. */
    interface Sender {
        /** Sends a request whose latency counts from {@code since}; false when no connection can send. */
        boolean send(long since);

        /** Requests of the load that were sent and have no answer yet. */
        long unanswered();

        Recorder recorder();

        void later(Runnable work, long nanos);
    }

    void start(long now);

    /** Something has changed that may let requests be sent: an answer, room in a socket, a timeout. */
    void proceed(long now);

    /** Sends nothing from now on. */
    void stop(long now);
}

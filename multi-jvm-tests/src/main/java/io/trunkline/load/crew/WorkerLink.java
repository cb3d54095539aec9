package io.trunkline.load.crew;

/** The way to one worker; what it tells comes to the consumer that the link was made with. */
interface WorkerLink extends AutoCloseable {
    void send(Command command);

    /** Ends the worker if it has not ended yet. */
    @Override
    void close();
}

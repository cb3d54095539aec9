package io.trunkline.load.client;

/** Keeps a fixed number of requests unanswered: each answer lets the next connection in the rotation send. */
final class ClosedLoop implements Pacer {
    private final Sender sender;
    private final int inFlight;
    private boolean running;

    ClosedLoop(Sender sender, int inFlight) {
        this.sender = sender;
        this.inFlight = inFlight;
    }

    @Override
    public void start(long now) {
        running = true;
        proceed(now);
    }

    @Override
    public void proceed(long now) {
        boolean sent = true;
        while (sent && running && sender.unanswered() < inFlight) {
            sent = sender.send(now);
        }
    }

    @Override
    public void stop(long now) {
        running = false;
    }
}

package io.trunkline.load.client;

/** Keeps a fixed number of requests unanswered: each answer lets the next connection in the rotation send. */
final class ClosedLoop implements Pacer {
    private final LoadLoop loop;
    private final int inFlight;
    private boolean running;

    ClosedLoop(LoadLoop loop, int inFlight) {
        this.loop = loop;
        this.inFlight = inFlight;
    }

    @Override
    public void start(long now) {
        running = true;
        proceed(now);
    }

    @Override
    public void proceed(long now) {
        while (running && loop.unanswered() < inFlight) {
            Connection connection = loop.rotation().take();
            if (connection == null) {
                return;
            }
            loop.send(connection, now);
        }
    }

    @Override
    public void stop(long now) {
        running = false;
    }
}

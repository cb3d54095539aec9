package io.trunkline.load.measure;

/**
 * Running totals of one event loop, one process or a whole run.
 *
 * @param connected TCP connections that were made
 * @param opened connections that finished their opening
 * @param open connections that are open now
 * @param sent requests of the load that were written
 * @param answered requests of the load that got the answer they should
 * @param bytesOut bytes written
 * @param bytesIn bytes read
 * @param notices messages of the server that answer nothing: notifications, and requests of its own
 * @param backlog open loop: requests that are due now and could not be sent yet
 * @param skipped open loop: requests that were never sent because the backlog was full
 */
public record Counters(
        long connected,
        long opened,
        long open,
        long sent,
        long answered,
        long bytesOut,
        long bytesIn,
        long notices,
        long backlog,
        long skipped) {
    public static final Counters ZERO = new Counters(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    public Counters plus(Counters that) {
        return new Counters(
                connected + that.connected,
                opened + that.opened,
                open + that.open,
                sent + that.sent,
                answered + that.answered,
                bytesOut + that.bytesOut,
                bytesIn + that.bytesIn,
                notices + that.notices,
                backlog + that.backlog,
                skipped + that.skipped);
    }

    /** What happened since {@code earlier}; what is a state and not a total ({@code open}, {@code backlog}) stays. */
    public Counters since(Counters earlier) {
        return new Counters(
                connected - earlier.connected,
                opened - earlier.opened,
                open,
                sent - earlier.sent,
                answered - earlier.answered,
                bytesOut - earlier.bytesOut,
                bytesIn - earlier.bytesIn,
                notices - earlier.notices,
                backlog,
                skipped - earlier.skipped);
    }
}

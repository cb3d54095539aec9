package io.trunkline.load.plan;

/**
 * Everything that a process or an event loop has to know about its part of a run; also the message that a worker
 * process is started with.
 *
 * @param host where to connect to
 * @param port where to connect to
 * @param carrier how messages travel
 * @param firstConnection number of the first connection of this share; numbers are unique over the whole run
 * @param connections connections of this share
 * @param sources how many loopback addresses the run's connections come from; 0: whatever the system picks
 * @param threads event loops per process
 * @param request what the load consists of
 * @param expect what counts as its answer
 * @param payload length of one request line in bytes, with the newline; 0: as short as it gets
 * @param pace closed or open loop
 * @param opening what a connection does before it counts as open
 * @param rampRate new connections per second; 0: as fast as they are accepted
 * @param warmupSeconds load that is sent and checked, but not measured
 * @param seconds measured load; 0: none
 * @param timeoutSeconds how long a connect, an opening or an answer may take
 */
public record LoadPlan(
        String host,
        int port,
        Carrier carrier,
        int firstConnection,
        int connections,
        int sources,
        int threads,
        RequestKind request,
        Expect expect,
        int payload,
        Pace pace,
        Opening opening,
        double rampRate,
        double warmupSeconds,
        double seconds,
        double timeoutSeconds) {

    /** The {@code index}th of {@code of} shares: its connections, and its part of the pace and of the ramp rate. */
    public LoadPlan share(int index, int of) {
        int size = Shares.size(connections, index, of);
        double weight = connections == 0 ? 0 : (double) size / connections;
        return new LoadPlan(
                host,
                port,
                carrier,
                firstConnection + Shares.start(connections, index, of),
                size,
                sources,
                threads,
                request,
                expect,
                payload,
                pace.share(index, of, weight),
                opening,
                rampRate * weight,
                warmupSeconds,
                seconds,
                timeoutSeconds);
    }

    public RequestLine requestLine() {
        return RequestLine.of(request, carrier.stateless(), payload);
    }
}

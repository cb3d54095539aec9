package io.trunkline.protocol.member;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;

/** Asks the kernel of another machine whether anybody listens at an address. */
public final class Listening {
    /** What came of it. */
    public enum Answer {
        /** The connection was made. A process that hangs or is frozen answers so too. */
        ACCEPTED,
        /** The machine is there and nobody listens: whoever did is gone. */
        REFUSED,
        /** Nothing came back in time, or the attempt failed on the way: it means nothing. */
        UNKNOWN
    }

    private Listening() {}

    /**
     * Connects and closes at once. Blocks for at most {@code deadline}, plus the time to resolve a host name; for
     * threads that may.
     *
     * @param deadline far below the time in which the system itself gives up a connect (Linux: two minutes), because
     *     that failure looks like a refusal
     */
    public static Answer at(HostPort address, Duration deadline) {
        try (Socket socket = new Socket()) {
            socket.connect(resolved(address), Math.toIntExact(deadline.toMillis()));
            return Answer.ACCEPTED;
        } catch (ConnectException e) {
            // The JDK throws this one for ECONNREFUSED and for the system's own ETIMEDOUT, which the deadline
            // forestalls.
            return Answer.REFUSED;
        } catch (IOException e) {
            return Answer.UNKNOWN;
        }
    }

    private static InetSocketAddress resolved(HostPort address) throws UnknownHostException {
        return new InetSocketAddress(InetAddress.getByName(address.host()), address.port());
    }
}

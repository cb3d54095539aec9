package io.trunkline.balancer.relay;

import com.typesafe.config.Config;
import io.trunkline.protocol.member.Expect;
import java.time.Duration;

/**
 * The settings of {@code trunkline.balancer.relay}.
 *
 * @param queueDeadline how long a new client may wait for a node
 * @param moveDeadline how long a request may wait for the next node of a session that moves or has lost its node
 * @param openDeadline how long a node may take to open a session
 * @param unansweredMessages messages of one client that wait for their answer before the client is read no more
 * @param unansweredBytes the same in bytes
 */
public record RelaySettings(
        Duration queueDeadline,
        Duration moveDeadline,
        Duration openDeadline,
        int unansweredMessages,
        int unansweredBytes) {
    /** A node that runs opens a session within milliseconds; one that moves takes a few seconds. */
    private static final Duration OPEN = Duration.ofSeconds(10);

    private static final int UNANSWERED_MESSAGES = 256;
    private static final int UNANSWERED_BYTES = 1024 * 1024;

    public RelaySettings {
        Expect.positive("relay.queue-deadline", queueDeadline);
        Expect.positive("relay.move-deadline", moveDeadline);
        Expect.positive("relay.open-deadline", openDeadline);
        Expect.between("relay.unanswered-messages", unansweredMessages, 1, 65_536);
        Expect.between("relay.unanswered-bytes", unansweredBytes, 1024, 1024 * 1024 * 1024);
    }

    /**
     * Reads {@code relay}.
     *
     * @param c {@code trunkline.balancer}
     */
    public static RelaySettings from(Config c) {
        return new RelaySettings(
                c.getDuration("relay.queue-deadline"),
                c.getDuration("relay.move-deadline"),
                OPEN,
                UNANSWERED_MESSAGES,
                UNANSWERED_BYTES);
    }
}

package io.trunkline.node.events;

import io.trunkline.node.cluster.SlotDrain;
import io.trunkline.protocol.refusal.Reason;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What happens in a node, as operators see it: one method for each event, one stable line each. */
public final class NodeEvents {
    private static final Logger LOG = LoggerFactory.getLogger("io.trunkline.node");

    private NodeEvents() {}

    /** An edge proved the secret. */
    public static void trunkOpened(String edge) {
        LOG.info("trunk.opened edge={}", edge);
    }

    /** A trunk that was open is no more. */
    public static void trunkClosed(String edge, String remote) {
        LOG.info("trunk.closed edge={} remote={}", edge, remote);
    }

    /** The other side broke the protocol or could not prove the secret. */
    public static void trunkRefused(String remote, Reason reason, String text) {
        LOG.warn("trunk.refused remote={} reason={} detail=\"{}\"", remote, reason.label(), text);
    }

    /** Input or output of a trunk failed; usually the other process is gone. */
    public static void trunkFailed(String edge, Throwable cause) {
        LOG.debug("trunk.failed edge={}", edge, cause);
    }

    /** A trunk ended by a defect of this node. */
    public static void trunkBroken(String edge, Throwable cause) {
        LOG.error("trunk.broken edge={}", edge, cause);
    }

    /** An edge said nothing for too long. */
    public static void trunkSilent(String edge) {
        LOG.warn("trunk.silent edge={}", edge);
    }

    /** An edge closes its trunk and says why. */
    public static void trunkSentAway(String edge, Reason reason, String text) {
        LOG.info("trunk.sent_away edge={} reason={} detail=\"{}\"", edge, reason.label(), text);
    }

    /** No new sessions from now on, and the slots go to other nodes. */
    public static void draining(int slots, int sessions) {
        LOG.info("node.draining slots={} sessions={}", slots, sessions);
    }

    /** The drain is over; what is left has to move all at once. */
    public static void drained(SlotDrain.Outcome outcome, int slots, int sessions, long millis) {
        LOG.info(
                "node.drained outcome={} slots={} sessions={} ms={}",
                outcome.name().toLowerCase(Locale.ROOT),
                slots,
                sessions,
                millis);
    }

    /** The drain of tasks is over; those that are left are lost. */
    public static void tasksDrained(int handedOver, int left, long millis) {
        LOG.info("tasks.drained handed_over={} left={} ms={}", handedOver, left, millis);
    }
}

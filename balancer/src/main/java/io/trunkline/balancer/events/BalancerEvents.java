package io.trunkline.balancer.events;

import io.trunkline.balancer.assign.NodeKey;
import io.trunkline.protocol.memory.MemoryBudget;
import io.trunkline.protocol.refusal.Reason;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** What happens in a balancer, as operators see it: one method for each event, one stable line each. */
public final class BalancerEvents {
    private static final Logger LOG = LoggerFactory.getLogger("io.trunkline.balancer");

    private BalancerEvents() {}

    /** An event loop's trunk to a node is ready. */
    public static void trunkOpened(NodeKey node) {
        LOG.info("trunk.opened node={}", node);
    }

    /** A trunk that was open is gone, and its streams with it. */
    public static void trunkLost(NodeKey node, int streams) {
        LOG.warn("trunk.lost node={} streams={}", node, streams);
    }

    /** The node could not be reached; it is tried again. */
    public static void trunkUnreachable(NodeKey node, Throwable cause) {
        LOG.debug("trunk.unreachable node={} detail=\"{}\"", node, String.valueOf(cause.getMessage()));
    }

    /** The node broke the protocol, could not prove the secret, or did not let this balancer in. */
    public static void trunkRefused(NodeKey node, Reason reason, String text) {
        LOG.warn("trunk.refused node={} reason={} detail=\"{}\"", node, reason.label(), text);
    }

    /** Input or output of a trunk failed; usually the other process is gone. */
    public static void trunkFailed(NodeKey node, Throwable cause) {
        LOG.debug("trunk.failed node={}", node, cause);
    }

    /** A trunk ended by a defect of this balancer, or for want of memory. */
    public static void trunkBroken(NodeKey node, Throwable cause) {
        LOG.error("trunk.broken node={}", node, cause);
    }

    /** A node has said nothing for a while and gets no new clients, or is heard again. */
    public static void nodeSuspect(NodeKey node, boolean suspect) {
        LOG.warn("node.suspect node={} suspect={}", node, suspect);
    }

    /** A node said nothing for too long. */
    public static void trunkSilent(NodeKey node) {
        LOG.warn("trunk.silent node={}", node);
    }

    /** A node wants no new streams. */
    public static void trunkSentAway(NodeKey node, Reason reason, String text) {
        LOG.info("trunk.sent_away node={} reason={} detail=\"{}\"", node, reason.label(), text);
    }

    /** Another balancer, or a stranger, broke the protocol or could not prove the secret. */
    public static void peerRefused(String remote, Reason reason, String text) {
        LOG.warn("peer.refused remote={} reason={} detail=\"{}\"", remote, reason.label(), text);
    }

    /** A request of another balancer failed here. */
    public static void peerBroken(String peer, Throwable cause) {
        LOG.error("peer.broken peer={}", peer, cause);
    }

    /** A certificate among the roots of clients cannot be read; the others count. */
    public static void certificateIgnored(String why) {
        LOG.error("tls.root_ignored detail=\"{}\"", why);
    }

    /** New TLS connections are shown this certificate from now on. */
    public static void certificateTaken(String provider, String subject, Instant ends) {
        if (ends.isBefore(Instant.now())) {
            LOG.warn("tls.certificate_ended subject=\"{}\" ended={}", subject, ends);
        }
        LOG.info("tls.certificate_taken provider={} subject=\"{}\" ends={}", provider, subject, ends);
    }

    /** The files have changed and cannot be used; the certificate that was used before still is. */
    public static void certificateRejected(String why) {
        LOG.error("tls.certificate_rejected detail=\"{}\"", why);
    }

    /** An issuer's keys have changed, or are known for the first time. */
    public static void keysFetched(String issuer, int keys) {
        LOG.info("auth.keys_fetched issuer={} keys={}", issuer, keys);
    }

    /**
     * An issuer's keys could not be fetched; those that were fetched before, if any, still count. Told once per
     * problem.
     */
    public static void keysNotFetched(String issuer, String why, boolean some) {
        LOG.warn("auth.keys_not_fetched issuer={} others={} detail=\"{}\"", issuer, some, why);
    }

    /**
     * A token could not be checked, for a reason that is not its own. At debug: whoever sends tokens could cause it.
     */
    public static void tokenNotChecked(Throwable cause) {
        LOG.debug("auth.token_not_checked", cause);
    }

    /** A key that an issuer publishes cannot be used; the others count. Told once as long as it stays so. */
    public static void keyIgnored(String issuer, String which) {
        LOG.warn("auth.key_ignored issuer={} {}", issuer, which);
    }

    /** The file of tokens has changed; what it names no more is revoked. */
    public static void tokensTaken(int tokens) {
        LOG.info("auth.tokens_taken tokens={}", tokens);
    }

    /** A line of the file of tokens that has changed is no good; the others count. */
    public static void tokenLineIgnored(String why) {
        LOG.error("auth.token_line_ignored detail=\"{}\"", why);
    }

    /** The file of tokens has changed and cannot be used; what it named before still counts. */
    public static void tokensRejected(String why) {
        LOG.error("auth.tokens_rejected detail=\"{}\"", why);
    }

    /** Clients were refused or ended during the last second. */
    public static void clientsEnded(Reason reason, long clients) {
        LOG.info("clients.ended reason={} count={}", reason.label(), clients);
    }

    /** The memory that clients hold has come to another level. */
    public static void memoryLevel(MemoryBudget.Level level, long used, long limit) {
        if (level == MemoryBudget.Level.ROOMY) {
            LOG.info("memory.level level={} used={} limit={}", level, used, limit);
        } else {
            LOG.warn("memory.level level={} used={} limit={}", level, used, limit);
        }
    }

    /** Memory could not be had for a client, although the budget had room: the budget does not fit the process. */
    public static void allocationFailed(long total, long used, long limit, Throwable cause) {
        LOG.error(
                "memory.allocation_failed total={} used={} limit={} detail=\"{}\"",
                total,
                used,
                limit,
                cause.toString());
    }

    /** What was done for one client failed, and it was closed. */
    public static void clientBroken(Throwable cause) {
        LOG.error("client.broken", cause);
    }

    /** A source had too much of something; so many such events before had no line. */
    public static void limited(String limit, String source, long leftOut) {
        LOG.warn("source.limited limit={} source=\"{}\" left_out={}", limit, source, leftOut);
    }

    /** A server of a pool gets requests, or gets none any more, or is said to have another weight. */
    public static void serverState(String pool, String server, String state, String why) {
        LOG.atLevel(state.equals("down") ? Level.WARN : Level.INFO)
                .log("server.state pool={} server={} state={} why=\"{}\"", pool, server, state, why);
    }

    /** The name of a server leads nowhere; where it led before still counts. Told once as long as it stays so. */
    public static void serverNameNotFound(String pool, String server, String host, @Nullable Throwable cause) {
        LOG.warn(
                "server.name_not_found pool={} server={} host={} detail=\"{}\"",
                pool,
                server,
                host,
                String.valueOf(cause));
    }

    /** No new clients from now on. */
    public static void draining(int clients) {
        LOG.info("balancer.draining clients={}", clients);
    }
}

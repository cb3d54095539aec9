package io.trunkline.balancer.admin;

import io.trunkline.balancer.limits.SessionCensus;
import io.trunkline.protocol.session.SessionId;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.jspecify.annotations.Nullable;

/**
 * Ends sessions of this balancer's clients for an operator on the same machine: {@code POST /sessions/<id>/end}, and
 * {@code POST /sessions/end} with at least one of {@code source}, {@code principal} and {@code idle} (seconds) in the
 * query.
 *
 * <p>Nobody shows who he is here, so it is there on loopback only. A request has to carry
 * {@code X-Trunkline-Control: 1}, which no page of another origin can make a browser send, and no {@code Origin};
 * {@code Host} has been checked before.
 */
final class SessionControl {
    /** The header that commands have to carry. */
    static final String HEADER = "X-Trunkline-Control";

    private static final int LISTED = 20;
    private static final Pattern ONE = Pattern.compile("/sessions/([A-Za-z0-9_-]{24,32})/end");
    private static final String MANY = "/sessions/end";
    private static final Set<String> PARAMETERS = Set.of("source", "principal", "idle");

    /**
     * What {@code GET /sessions} answers.
     *
     * @param balancer which tells this
     * @param sources those with most sessions
     */
    record Page(String balancer, List<SessionCensus.Count> sources) {}

    /**
     * What a command answers.
     *
     * @param balancer which did it
     * @param ended sessions that were told to end
     */
    record Ended(String balancer, int ended) {}

    private final SessionCensus census;
    private final String balancer;
    private final boolean loopback;

    /**
     * Control of one balancer's sessions.
     *
     * @param host where the listener binds
     */
    SessionControl(SessionCensus census, String balancer, String host) {
        this.census = census;
        this.balancer = balancer;
        this.loopback = isLoopback(host);
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /** Who has most sessions. */
    HttpResponse list() {
        return StatsPages.json(new Page(balancer, census.heaviest(LISTED)));
    }

    /** The answer to a POST request; null when it is for no command. */
    @Nullable
    HttpResponse command(HttpRequest request) {
        String path = request.getUri().path();
        Matcher one = ONE.matcher(path);
        boolean many = path.equals(MANY);
        if (!many && !one.matches()) {
            return null;
        }
        if (!loopback) {
            return refused("sessions are ended by this port on loopback only: member.admin-host is another address");
        }
        if (request.getHeader("Origin").isPresent()) {
            return refused("not for pages");
        }
        if (request.getHeader(HEADER).map(header -> !header.value().equals("1")).orElse(true)) {
            return refused(HEADER + ": 1 is missing");
        }
        return many ? endAll(request) : endOne(one.group(1));
    }

    private HttpResponse endOne(String id) {
        return SessionId.slotOf(id) < 0 ? wrong("that is no session id") : done(census.end(id));
    }

    private HttpResponse endAll(HttpRequest request) {
        Map<String, String> query = request.getUri().query().toMap();
        Optional<String> unknown = query.keySet().stream()
                .filter(name -> !PARAMETERS.contains(name))
                .findFirst();
        if (unknown.isPresent() || query.isEmpty()) {
            return wrong("expected one or more of source, principal, idle");
        }
        String source = query.get("source");
        if (source != null && !SessionCensus.isSource(source)) {
            return wrong("source is no address");
        }
        String idle = query.getOrDefault("idle", "0");
        if (!idle.matches("\\d{1,9}")) {
            return wrong("idle is no number of seconds");
        }
        long nanos = Duration.ofSeconds(Long.parseLong(idle)).toNanos();
        return done(census.end(source, query.get("principal"), nanos));
    }

    private HttpResponse done(int ended) {
        return StatsPages.json(new Ended(balancer, ended));
    }

    private static HttpResponse refused(String why) {
        return HttpResponse.create()
                .withStatus(StatusCodes.FORBIDDEN)
                .withEntity(ContentTypes.TEXT_PLAIN_UTF8, why + "\n");
    }

    private static HttpResponse wrong(String why) {
        return HttpResponse.create()
                .withStatus(StatusCodes.BAD_REQUEST)
                .withEntity(ContentTypes.TEXT_PLAIN_UTF8, why + "\n");
    }
}

package io.trunkline.balancer.auth;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.trunkline.balancer.auth.keys.Asker;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Whoever is at the other end of one connection, which may carry the requests of several. Remembers the token that was
 * shown last, so that a client that shows it again and again pays for it once. Belongs to the connection's event loop.
 */
public final class Visitor {
    private static final String IN_QUERY = "access_token";

    private final Authorizer authorizer;
    private final Supplier<@Nullable X509Certificate> certificate;
    private final Object source;
    private @Nullable Asker waiting;
    private String shown = "";
    private @Nullable Grant granted;
    private @Nullable Grant owner;
    private boolean looked;

    Visitor(Authorizer authorizer, Supplier<@Nullable X509Certificate> certificate, Object source) {
        this.authorizer = authorizer;
        this.certificate = certificate;
        this.source = source;
    }

    /**
     * What is thought of a request, of which only the head is known: at once, or null when that takes a while.
     *
     * @param loop the connection's event loop
     * @param later then hears it, there
     */
    public @Nullable Verdict ask(String target, HttpHeaders headers, Executor loop, Consumer<Verdict> later) {
        if (isInQuery(target)) {
            // It would end up in logs (OAuth 2.1, section 5.1.1; MCP 2026-07-28, token requirements).
            return authorizer.malformed("a token in the query is never taken");
        }
        List<String> all = headers.getAll(HttpHeaderNames.AUTHORIZATION);
        if (all.size() > 1) {
            return authorizer.malformed("more than one Authorization");
        }
        return all.isEmpty() ? withoutToken() : withToken(all.get(0), loop, later);
    }

    /** Whether a request shows nothing that would have to be checked: no token, or one that is known to be good. */
    public boolean knows(HttpHeaders headers) {
        List<String> all = headers.getAll(HttpHeaderNames.AUTHORIZATION);
        if (all.size() != 1) {
            return all.isEmpty();
        }
        Grant known = granted;
        boolean again = known != null && !known.over(System.nanoTime()) && Digests.same(all.get(0), shown);
        return again || authorizer.knows(TokenText.of(all.get(0)));
    }

    /** Whether requests without a token were somebody's by the certificate of this connection, which holds no more. */
    public boolean over(long now) {
        return owner != null && owner.over(now);
    }

    /** The connection is closed; what is thought of its last request interests nobody any more. */
    public void gone() {
        if (waiting != null) {
            waiting.leave();
        }
    }

    private static boolean isInQuery(String target) {
        return target.indexOf('?') >= 0
                && new QueryStringDecoder(target).parameters().containsKey(IN_QUERY);
    }

    private @Nullable Verdict withToken(String header, Executor loop, Consumer<Verdict> later) {
        Grant known = granted;
        if (known != null && !known.over(System.nanoTime()) && Digests.same(header, shown)) {
            return known;
        }
        granted = null;
        String token = TokenText.of(header);
        if (token.isEmpty()) {
            return authorizer.missing();
        }
        Asker asker = new Asker(source);
        Verdict verdict = authorizer.check(token, asker, told -> later(loop, () -> later.accept(keep(header, told))));
        waiting = verdict == null ? asker : null;
        return verdict == null ? null : keep(header, verdict);
    }

    /** On the event loop, unless it is no more. */
    private static void later(Executor loop, Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException e) {
            // The process stops, and so does the connection.
        }
    }

    private Verdict keep(String header, Verdict verdict) {
        if (verdict instanceof Grant grant) {
            shown = header;
            granted = grant;
        }
        return verdict;
    }

    private Verdict withoutToken() {
        if (!looked) {
            looked = true;
            X509Certificate own = certificate.get();
            owner = own == null ? null : authorizer.grant(own);
        }
        Grant known = owner;
        return known == null || known.over(System.nanoTime()) ? authorizer.missing() : known;
    }
}

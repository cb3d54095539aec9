package io.trunkline.balancer.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.concurrent.EventExecutor;
import io.trunkline.balancer.auth.Denial;
import io.trunkline.balancer.auth.Grant;
import io.trunkline.balancer.auth.Verdict;
import io.trunkline.balancer.auth.Visitor;
import io.trunkline.balancer.limits.Limit;
import io.trunkline.balancer.limits.Pace;
import org.jspecify.annotations.Nullable;

/** Finds out who asks on one HTTP connection. Belongs to the channel's event loop. */
final class Identification {
    /** Whoever wants to know. */
    interface Asker {
        /** Whose request it is; {@code grant} is null when nobody was asked. */
        void granted(HttpRequest request, Route route, @Nullable Grant grant);

        /** The request is not served. */
        void denied(HttpRequest request, HttpRefusal refusal);

        /** Whether it still wants to know, when that has taken some time. */
        boolean stillAsks();

        /** It knows by now, and may go on. */
        void goOn();
    }

    private final Asker asker;
    private final Pace pace;
    private final EventExecutor executor;
    /** Null when authentication is off. */
    private final @Nullable Visitor visitor;

    private boolean running;

    Identification(Asker asker, Pace pace, EventExecutor executor, @Nullable Visitor visitor) {
        this.asker = asker;
        this.pace = pace;
        this.executor = executor;
        this.visitor = visitor;
    }

    /** Whether it is being found out. */
    boolean running() {
        return running;
    }

    /** Finds out whose request it is: at once, or later. */
    void identify(HttpRequest request, Route route) {
        if (visitor == null) {
            asker.granted(request, route, null);
        } else if (pace.address().triesTokens(System.nanoTime()) && !visitor.knows(request.headers())) {
            pace.address().refused(Limit.FAILED_TOKENS);
            asker.denied(request, HttpRefusal.limited());
        } else {
            ask(visitor, request, route);
        }
    }

    private void ask(Visitor asked, HttpRequest request, Route route) {
        Verdict verdict = asked.ask(request.uri(), request.headers(), executor, later -> {
            if (running && asker.stillAsks()) {
                running = false;
                judge(later, request, route);
                asker.goOn();
            }
        });
        running = verdict == null;
        if (verdict != null) {
            judge(verdict, request, route);
        }
    }

    private void judge(Verdict verdict, HttpRequest request, Route route) {
        if (verdict instanceof Denial denial) {
            if (denial.status() == 401 && request.headers().contains(HttpHeaderNames.AUTHORIZATION)) {
                pace.address().failedToken(System.nanoTime());
            }
            asker.denied(request, HttpRefusal.denied(denial));
        } else {
            asker.granted(request, route, (Grant) verdict);
        }
    }

    /** Whether what the client has shown when it connected does not hold any more. */
    boolean over(long now) {
        return visitor != null && visitor.over(now);
    }

    /** The client is gone. */
    void gone() {
        if (visitor != null) {
            visitor.gone();
        }
    }
}

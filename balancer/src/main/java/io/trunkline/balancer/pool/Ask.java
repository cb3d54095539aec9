package io.trunkline.balancer.pool;

import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a pool may know of a request or a connection that needs a server.
 *
 * @param source the address that the client comes from
 * @param token the server that the client names, as {@link Server#token()} gave it: from a cookie, or from the front of
 *     a session's id; null for none. One that no server has is as good as none
 * @param key what it has in common with others that are to meet the same server, such as the value of a header; null
 *     for nothing
 * @param tried servers that failed this request already; they do not get it again
 */
public record Ask(
        InetAddress source,
        @Nullable String token,
        @Nullable String key,
        List<Server> tried) {
    public Ask {
        tried = List.copyOf(tried);
    }

    /** A client that goes where the pool wants it. */
    public Ask(InetAddress source) {
        this(source, null, null, List.of());
    }

    /** The same, to be asked once more after this server failed. */
    public Ask after(Server failed) {
        if (tried.isEmpty()) {
            return new Ask(source, token, key, List.of(failed));
        }
        Server[] all = tried.toArray(new Server[tried.size() + 1]);
        all[tried.size()] = failed;
        return new Ask(source, token, key, List.of(all));
    }
}

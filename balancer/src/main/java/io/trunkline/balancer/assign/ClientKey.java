package io.trunkline.balancer.assign;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * What a policy may know of a client.
 *
 * @param source the address that the client comes from
 * @param affinity what it has in common with others that are to meet the same node, whatever the policy; null for
 *     nothing
 */
public record ClientKey(InetAddress source, @Nullable String affinity) {
    /** A client that goes where the policy wants it. */
    public ClientKey(InetAddress source) {
        this(source, null);
    }
}

package io.trunkline.balancer.proxy;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import java.net.InetSocketAddress;

/**
 * Where a client comes from and where it went to: its socket's addresses, or what a proxy before this one has said with
 * the PROXY protocol.
 *
 * @param source of the client
 * @param target that it connected to
 */
public record ClientAddress(InetSocketAddress source, InetSocketAddress target) {
    private static final AttributeKey<ClientAddress> KEY = AttributeKey.valueOf("trunkline.client-address");

    /** Of this connection. */
    public static ClientAddress of(Channel channel) {
        ClientAddress told = channel.attr(KEY).get();
        return told != null
                ? told
                : new ClientAddress(
                        (InetSocketAddress) channel.remoteAddress(), (InetSocketAddress) channel.localAddress());
    }

    /** Takes the place of the socket's addresses. */
    void attach(Channel channel) {
        channel.attr(KEY).set(this);
    }
}

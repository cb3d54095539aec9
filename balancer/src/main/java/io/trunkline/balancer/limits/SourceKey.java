package io.trunkline.balancer.limits;

import io.netty.util.NetUtil;
import io.trunkline.protocol.session.Owner;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What tells sources apart.
 *
 * @param kind of the source
 * @param text an IPv4 address; an IPv6 network of 64 bits, because one machine has all of them; or what tells
 *     principals apart
 */
record SourceKey(Kind kind, String text) {
    /** Kinds of sources. */
    enum Kind {
        ADDRESS,
        PRINCIPAL
    }

    private static final int PREFIX = 8;

    static SourceKey of(InetAddress address) {
        if (address instanceof Inet6Address) {
            byte[] network = Arrays.copyOf(Arrays.copyOf(address.getAddress(), PREFIX), 16);
            return new SourceKey(Kind.ADDRESS, NetUtil.bytesToIpAddress(network) + "/64");
        }
        return new SourceKey(Kind.ADDRESS, NetUtil.bytesToIpAddress(address.getAddress()));
    }

    static SourceKey of(Owner owner) {
        return new SourceKey(Kind.PRINCIPAL, owner.key());
    }

    /** The source of an address as people write it, or null when it is none; names are not looked up. */
    static @Nullable SourceKey ofAddress(String text) {
        int slash = text.indexOf('/');
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(slash < 0 ? text : text.substring(0, slash));
        try {
            return bytes == null ? null : of(InetAddress.getByAddress(bytes));
        } catch (UnknownHostException e) {
            return null;
        }
    }
}

package io.trunkline.balancer.limits;

import io.netty.util.NetUtil;
import io.trunkline.protocol.member.Expect;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A set of addresses: loopback, single addresses, and networks as {@code 10.1.0.0/16}. Immutable. */
public final class Networks {
    private static final String EXPECTED = "loopback, addresses and networks such as 10.1.0.0/16, with commas between";

    private static final class Network {
        private final byte[] address;
        private final int bits;

        Network(byte[] address, int bits) {
            this.address = address;
            this.bits = bits;
        }

        boolean has(byte[] other) {
            if (other.length != address.length) {
                return false;
            }
            for (int bit = 0; bit < bits; bit += 8) {
                int mask = bits - bit >= 8 ? 0xFF : 0xFF << (8 - (bits - bit));
                if (((address[bit / 8] ^ other[bit / 8]) & mask) != 0) {
                    return false;
                }
            }
            return true;
        }
    }

    private final boolean loopback;
    private final List<Network> networks;

    private Networks(boolean loopback, List<Network> networks) {
        this.loopback = loopback;
        this.networks = List.copyOf(networks);
    }

    /** The addresses that are named, with commas between them; names of hosts are not looked up. */
    public static Networks of(String key, String text) {
        boolean loopback = false;
        List<Network> networks = new ArrayList<>();
        for (String part : Arrays.stream(text.split(",")).map(String::trim).toList()) {
            if (part.equals("loopback")) {
                loopback = true;
            } else if (!part.isEmpty()) {
                networks.add(network(key, part));
            }
        }
        return new Networks(loopback, networks);
    }

    private static Network network(String key, String text) {
        int slash = text.indexOf('/');
        byte[] address = NetUtil.createByteArrayFromIpAddressString(slash < 0 ? text : text.substring(0, slash));
        Expect.that(address != null, key, text, EXPECTED);
        byte[] known = address == null ? new byte[0] : address;
        String bits = slash < 0 ? Integer.toString(known.length * 8) : text.substring(slash + 1);
        Expect.that(bits.matches("\\d{1,3}") && Integer.parseInt(bits) <= known.length * 8, key, text, EXPECTED);
        return new Network(known, Integer.parseInt(bits));
    }

    /** Whether the address is one of them. */
    public boolean has(InetAddress address) {
        if (loopback && address.isLoopbackAddress()) {
            return true;
        }
        byte[] bytes = networks.isEmpty() ? new byte[0] : address.getAddress();
        return networks.stream().anyMatch(network -> network.has(bytes));
    }
}

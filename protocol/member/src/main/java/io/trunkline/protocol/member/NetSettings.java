package io.trunkline.protocol.member;

import com.typesafe.config.Config;

/**
 * How a member carries bytes, the same for nodes and balancers.
 *
 * @param eventLoops threads that carry connections; 0 chooses by the number of cores
 * @param preferNative whether to use the platform's native transport, and OpenSSL, where they load
 * @param messageLimit bytes of one message
 */
public record NetSettings(int eventLoops, boolean preferNative, int messageLimit) {
    public NetSettings {
        Expect.between("member.event-loops", eventLoops, 0, 256);
        Expect.between("member.message-limit", messageLimit, 1024, 16 * 1024 * 1024);
    }

    /**
     * Reads these keys of {@code member}.
     *
     * @param c {@code trunkline}
     */
    public static NetSettings from(Config c) {
        return new NetSettings(
                c.getInt("member.event-loops"),
                c.getBoolean("member.prefer-native"),
                Expect.bytes(c, "member.message-limit"));
    }

    /** The number of event loops to start: as configured, or half of the cores, at least 1 and at most 8. */
    public int loops() {
        return eventLoops > 0
                ? eventLoops
                : Math.max(1, Math.min(8, Runtime.getRuntime().availableProcessors() / 2));
    }
}

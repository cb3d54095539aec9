package io.trunkline.protocol.memory;

import com.typesafe.config.Config;
import io.netty.util.internal.PlatformDependent;
import io.trunkline.protocol.member.Expect;
import io.trunkline.protocol.member.NetSettings;

/**
 * How much the process holds for its clients: {@code trunkline.member.memory-limit}.
 *
 * @param limit bytes that the process holds for its clients
 */
public record MemorySettings(long limit) {
    /** The share of the heap, and of direct memory, that is taken when nothing is said: in percent. */
    private static final int SHARE = 40;

    /** The largest share: clients' bytes lie on the heap or outside it, and either may have to hold all of them. */
    private static final int LARGEST_SHARE = 60;

    private static final long LEAST = 1024 * 1024;

    private static final String KEY = "member.memory-limit";

    public MemorySettings {
        Expect.that(limit >= LEAST, KEY, limit, "auto, or at least 1 MiB");
    }

    /** What {@code auto} means in this JVM. */
    public static MemorySettings auto() {
        return new MemorySettings(Math.max(LEAST, Math.min(heap(), direct()) / 100 * SHARE));
    }

    /**
     * Reads {@code member.memory-limit}, which is {@code auto} or bytes, and checks that this JVM has so much.
     *
     * @param c {@code trunkline}
     */
    public static MemorySettings from(Config c) {
        MemorySettings settings = c.getString(KEY).equals("auto") ? auto() : new MemorySettings(c.getBytes(KEY));
        settings.requireRoom(heap(), direct(), NetSettings.from(c).messageLimit());
        return settings;
    }

    /** Checks that a JVM has so much, and that some messages fit. */
    void requireRoom(long heap, long direct, int messageLimit) {
        Expect.that(
                limit <= heap / 100 * LARGEST_SHARE,
                KEY,
                limit,
                "at most " + LARGEST_SHARE + " % of the heap, which is " + heap + " bytes (-Xmx)");
        Expect.that(
                limit <= direct / 100 * LARGEST_SHARE,
                KEY,
                limit,
                "at most " + LARGEST_SHARE + " % of direct memory, which is " + direct
                        + " bytes (-XX:MaxDirectMemorySize)");
        Expect.that(
                limit >= 4L * messageLimit,
                KEY,
                limit,
                "room for four messages of member.message-limit, which is " + messageLimit);
    }

    /** The most bytes of the heap of this JVM. */
    public static long heap() {
        return Runtime.getRuntime().maxMemory();
    }

    /** The most bytes that this JVM has outside the heap. */
    public static long direct() {
        return PlatformDependent.maxDirectMemory();
    }
}

package io.trunkline.protocol.memory;

import com.typesafe.config.Config;
import io.netty.util.internal.PlatformDependent;
import io.trunkline.protocol.member.Expect;

/**
 * The settings of {@code memory} in the section of a member's role.
 *
 * @param limit bytes that the process holds for its clients
 */
public record MemorySettings(long limit) {
    /** The share of the heap, and of direct memory, that is taken when nothing is said: in percent. */
    private static final int SHARE = 40;

    /** The largest share: clients' bytes lie on the heap or outside it, and either may have to hold all of them. */
    private static final int LARGEST_SHARE = 60;

    private static final long LEAST = 1024 * 1024;

    public MemorySettings {
        Expect.that(limit >= LEAST, "memory.limit", limit, "auto, or at least 1 MiB");
    }

    /** What {@code auto} means in this JVM. */
    public static MemorySettings auto() {
        return new MemorySettings(Math.max(LEAST, Math.min(heap(), direct()) / 100 * SHARE));
    }

    /** What is written at {@code memory.limit}: {@code auto} or bytes. */
    public static MemorySettings from(Config role) {
        String limit = role.getString("memory.limit");
        return limit.equals("auto") ? auto() : new MemorySettings(role.getBytes("memory.limit"));
    }

    /**
     * Checks that a JVM has so much, and that some messages fit.
     *
     * @param messageKey the setting that {@code messageLimit} comes from, for the error
     */
    public MemorySettings requireRoom(long heap, long direct, String messageKey, int messageLimit) {
        Expect.that(
                limit <= heap / 100 * LARGEST_SHARE,
                "memory.limit",
                limit,
                "at most " + LARGEST_SHARE + " % of the heap, which is " + heap + " bytes (-Xmx)");
        Expect.that(
                limit <= direct / 100 * LARGEST_SHARE,
                "memory.limit",
                limit,
                "at most " + LARGEST_SHARE + " % of direct memory, which is " + direct
                        + " bytes (-XX:MaxDirectMemorySize)");
        Expect.that(
                limit >= 4L * messageLimit,
                "memory.limit",
                limit,
                "room for four messages of " + messageKey + ", which is " + messageLimit);
        return this;
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

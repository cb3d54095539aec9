package io.trunkline.protocol.member;

import java.nio.charset.StandardCharsets;

/** The secret that the members of one cluster share; never printed. */
public record Secret(String value) {

    /** The value that everybody knows, good for loopback only. */
    public static final String WELL_KNOWN = "trunkline-on-loopback-only";

    private static final int MIN_LENGTH = 16;

    public Secret {
        Expect.that(
                value.length() >= MIN_LENGTH,
                "member.secret",
                value.length() + " characters",
                "at least " + MIN_LENGTH + " characters");
    }

    public boolean isWellKnown() {
        return WELL_KNOWN.equals(value);
    }

    public byte[] bytes() {
        return value.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return isWellKnown() ? "Secret[well known]" : "Secret[hidden]";
    }
}

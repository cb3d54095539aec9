package io.trunkline.conformance;

import java.util.Base64;

/** The smallest picture and sound there are. */
final class Fixtures {

    private static final String PNG_BASE64 =
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==";
    private static final String WAV_BASE64 = "UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAAB9AAACABAAZGF0YQIAAAA=";

    private Fixtures() {}

    /** One red pixel, {@code image/png}. */
    static byte[] png() {
        return Base64.getDecoder().decode(PNG_BASE64);
    }

    /** One sample, {@code audio/wav}. */
    static byte[] wav() {
        return Base64.getDecoder().decode(WAV_BASE64);
    }
}

package io.trunkline.balancer.http;

import io.netty.util.AsciiString;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** The value of {@code Date}, written once a second (RFC 9110, section 6.6.1). Belongs to one event loop. */
final class DateLine {
    /** {@code RFC_1123_DATE_TIME} of the JDK writes some days with one digit. */
    private static final DateTimeFormatter FORM = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
            .withZone(ZoneOffset.UTC);

    private long second = -1;
    private AsciiString text = AsciiString.EMPTY_STRING;

    /** The present second. */
    AsciiString now() {
        long present = System.currentTimeMillis() / 1000;
        if (present != second) {
            second = present;
            text = new AsciiString(FORM.format(Instant.ofEpochSecond(second)));
        }
        return text;
    }
}

package io.trunkline.balancer.http;

import io.netty.handler.codec.DateFormatter;
import io.netty.util.AsciiString;
import java.util.Date;

/** The value of {@code Date}, written once a second (RFC 9110, section 6.6.1). Belongs to one event loop. */
final class DateLine {
    private long second = -1;
    private AsciiString text = AsciiString.EMPTY_STRING;

    /** The present second. */
    AsciiString now() {
        long millis = System.currentTimeMillis();
        if (millis / 1000 != second) {
            second = millis / 1000;
            text = new AsciiString(DateFormatter.format(new Date(millis)));
        }
        return text;
    }
}

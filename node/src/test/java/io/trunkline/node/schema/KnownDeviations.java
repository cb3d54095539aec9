package io.trunkline.node.schema;

import java.util.Map;

/**
 * Where schemas go another way than the test suite says, by file and group, with the reason. It may only become
 * shorter: an entry that no test needs is a failure.
 */
final class KnownDeviations {

    private static final String OUTSIDE = "nothing is ever loaded from outside: the schema is refused";
    private static final String NOT_ECMA =
            "contradicts optional/ecmascript-regex, and ECMA-262 is right: \\d and \\w are ASCII. The suite has dropped it since";

    static final Map<String, String> REASONS = Map.ofEntries(
            Map.entry("draft2020-12/refRemote: ", OUTSIDE),
            Map.entry("draft7/refRemote: ", OUTSIDE),
            Map.entry("draft2020-12/optional/unicode: unicode digits are more than 0 through 9: ", NOT_ECMA),
            Map.entry("draft7/optional/unicode: unicode digits are more than 0 through 9: ", NOT_ECMA),
            Map.entry("draft2020-12/optional/unicode: unicode semantics should be used for all pattern", NOT_ECMA),
            Map.entry("draft7/optional/unicode: unicode semantics should be used for all pattern", NOT_ECMA),
            Map.entry(
                    "draft7/format: date-time format: test for https://github.com/eclipse-vertx/",
                    "not of the suite: the package's own, a date-time without its zone, which RFC 3339 does not have"));

    private KnownDeviations() {}
}

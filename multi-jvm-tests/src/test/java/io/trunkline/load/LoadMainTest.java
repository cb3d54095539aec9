package io.trunkline.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoadMainTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "--connection 5|Possible solutions: --connections",
                "--connections five|'five' is not an int",
                "--connections 0|load: --connections: 0 (expected: 1 to 1000000)",
                "--port 70000|load: --port: 70000 (expected: 1 to 65535)",
                "--payload 20|load: payload 20 (expected: at least 57 bytes",
                "--in-flight 1 --rate 5|load: --in-flight and --rate: both (expected: one of them)",
                "--rate 0|load: --rate: 0.0 (expected: above 0)",
                "--request pong|expected one of [PING, DISCOVER, ECHO, WHOAMI]",
                "--processes many|load: --processes: many (expected: auto, or 1 to 9999)",
                "--sources 1 --connections 30000|expected: at least 2 for 30000 connections",
                "--host 192.0.2.1 --sources 5|expected: 0 when the target is not on loopback",
                "--connect-only --initialize|load: --connect-only: with a handshake (expected: one of them)",
                "--csv - --json -|load: --csv and --json: - (expected: two different outputs)",
                "--listen|load: --listen: with TCP (expected: --transport http)",
                "--transport http --listen --leave|load: --listen and --leave: both (expected: one of them)",
                "--transport http --listen --seconds 5|load: --seconds: 5.0 (expected: 0, because",
                "--transport http --connections 5 --in-flight 6|load: --in-flight: 6 (expected: at most 5, one on each",
                "--transport http --expect echo|load: --expect: echo with HTTP (expected: response)",
                "--stateless|load: --stateless: with TCP (expected: --transport http)",
                "--transport http --stateless --leave|load: --leave: with --stateless (expected: one of them, because",
                "--transport http --stateless --initialize|"
                        + "load: --initialize: with --stateless (expected: one of them)",
                "--transport http --stateless --request ping|--request: ping with --stateless (expected: discover,",
                "--transport http --request discover|--request: discover with sessions (expected: ping, echo or whoami",
                "--transport http --stateless --payload 100|load: payload 100 (expected: at least ",
                "--transport udp|expected one of [TCP, HTTP]",
                "--seconds -1|load: --seconds: -1.0 (expected: at least 0)"
            })
    void saysWhatIsWrongAndExits64(String arguments, String message) {
        Run run = Run.of(arguments.split(" "));

        assertThat(run.exitCode()).isEqualTo(64);
        assertThat(run.err()).contains(message);
        assertThat(run.out()).isEmpty();
    }

    @Test
    void helpFits100ColumnsAndNamesEveryColumnOfTheCsv() {
        Run help = Run.of("--help");
        Run nothingListens = Run.of("--port", "1", "--connections", "1", "--csv", "-");

        assertThat(help.out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(100));
        assertThat(nothingListens.out().lines().findFirst().orElseThrow().split(","))
                .hasSizeGreaterThan(20)
                .allSatisfy(column -> assertThat(help.out()).containsPattern("\\b" + column + "\\b"));
    }
}

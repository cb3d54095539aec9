package io.trunkline.balancer.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.trunkline.protocol.frame.Bytes;
import io.trunkline.protocol.member.SettingsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

class StaticTokensTest {
    private static final ScopeRules RULES =
            new ScopeRules(Set.of(), List.of(), List.of(new ScopeRules.Wider("write", Set.of("read"))));

    private final Path directory;

    StaticTokensTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void aTokenIsKnownByItsDigestAndStandsForItsNameAndScopes() throws IOException {
        StaticTokens tokens =
                tokens("# for machines\n\n  ci   " + hex("one") + "   write  x \r\nmonitor " + hex("two"));
        Grant ci = Objects.requireNonNull(tokens.find(Digests.of("one")));
        assertThat(ci.owner()).isEqualTo(new Principal(Principal.Kind.TOKEN, "", "ci").owner());
        assertThat(ci.scopes()).containsOnly("write", "read", "x");
        assertThat(ci.over(System.nanoTime())).isFalse();
        assertThat(Objects.requireNonNull(tokens.find(Digests.of("two"))).scopes())
                .isEmpty();
        assertThat(tokens.find(Digests.of("three"))).isNull();
        assertThat(tokens.find(Bytes.EMPTY)).isNull();
        assertThat(tokens.size()).isEqualTo(2);
    }

    @Test
    void whatStandsThereNoMoreIsRevokedAndTheRestIsAsItWas() throws IOException {
        StaticTokens tokens = tokens("a " + hex("one") + "\nb " + hex("two") + " x\nc " + hex("three") + " x");
        Grant a = Objects.requireNonNull(tokens.find(Digests.of("one")));
        Grant b = Objects.requireNonNull(tokens.find(Digests.of("two")));
        Grant c = Objects.requireNonNull(tokens.find(Digests.of("three")));
        write("c " + hex("three") + " x y\nb " + hex("two") + "  x");
        tokens.look();
        assertThat(a.over(System.nanoTime())).isTrue();
        assertThat(tokens.find(Digests.of("one"))).isNull();
        assertThat(tokens.find(Digests.of("two"))).isSameAs(b);
        assertThat(b.over(System.nanoTime())).isFalse();
        assertThat(c.over(System.nanoTime())).as("its scopes are others now").isTrue();
        assertThat(Objects.requireNonNull(tokens.find(Digests.of("three"))).scopes())
                .containsOnly("x", "y");
    }

    @Test
    void aFileThatCannotBeUsedChangesNothing() throws IOException {
        StaticTokens tokens = tokens("a " + hex("one"));
        write("noise");
        tokens.look();
        assertThat(tokens.find(Digests.of("one"))).isNotNull();
        Files.delete(file());
        tokens.look();
        assertThat(tokens.find(Digests.of("one"))).isNotNull();
        write("b " + hex("two"));
        tokens.look();
        assertThat(tokens.find(Digests.of("one"))).isNull();
    }

    @Test
    void aBadLineOfAChangedFileKeepsNothingFromBeingRevokedOrAdded() throws IOException {
        StaticTokens tokens = tokens("a " + hex("one") + "\nb " + hex("two") + "\nc " + hex("three"));
        Grant a = Objects.requireNonNull(tokens.find(Digests.of("one")));
        Grant b = Objects.requireNonNull(tokens.find(Digests.of("two")));
        Grant c = Objects.requireNonNull(tokens.find(Digests.of("three")));
        List<String> said = said(() -> {
            write("b " + hex("two") + "\nc " + hex("three").substring(1) + "\nd " + hex("four") + "\nb " + hex("five")
                    + "\nsecret-token");
            tokens.look();
            tokens.look();
        });
        assertThat(a.over(System.nanoTime())).as("its line is gone").isTrue();
        assertThat(tokens.find(Digests.of("two"))).isSameAs(b);
        assertThat(c.over(System.nanoTime())).as("its line says something else").isTrue();
        assertThat(tokens.find(Digests.of("three"))).isNull();
        assertThat(tokens.find(Digests.of("four"))).isNotNull();
        assertThat(tokens.find(Digests.of("five"))).isNull();
        assertThat(said.stream().filter(line -> line.startsWith("auth.token_line_ignored")))
                .hasSize(3)
                .anyMatch(line -> line.contains(" line 2 "))
                .anyMatch(line -> line.contains(" line 4 "))
                .anyMatch(line -> line.contains(" line 5 "))
                .noneMatch(line -> line.contains("secret"));
        assertThat(tokens.size()).isEqualTo(2);
    }

    @Test
    void oneLineTooManyCostsTheOthersNothing() throws IOException {
        StaticTokens tokens = tokens("a " + hex("one"));
        StringBuilder many = new StringBuilder();
        for (int i = 0; i < 1100; i++) {
            many.append("t").append(i).append(' ').append(hex("t" + i)).append('\n');
        }
        write(many.toString());
        List<String> said = said(tokens::look);
        assertThat(tokens.size()).isEqualTo(1000);
        assertThat(tokens.find(Digests.of("t999"))).isNotNull();
        assertThat(said).hasSizeLessThan(30).anyMatch(line -> line.contains("more than 1000"));
        assertThat(said).anyMatch(line -> line.contains("80 more"));
    }

    private interface Work {
        void run() throws IOException;
    }

    /** What is written to the log meanwhile. */
    private static List<String> said(Work work) throws IOException {
        Logger log = (Logger) LoggerFactory.getLogger("io.trunkline.balancer");
        ListAppender<ILoggingEvent> appender = new ListAppender<>();
        appender.start();
        log.addAppender(appender);
        try {
            work.run();
        } finally {
            log.detachAppender(appender);
        }
        return appender.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "a secret-token", "a HEX0 x", "a, HEX", "a HEX\na HEX1", "a HEX\nb HEX", "\u00e4 HEX"})
    void whatIsWrongIsNamedByItsLineAndNotRepeated(String content) {
        String text = content.replace("HEX0", hex("zero") + "0")
                .replace("HEX1", hex("one"))
                .replace("HEX", hex("any"));
        assertThatExceptionOfType(SettingsException.class)
                .isThrownBy(() -> tokens(text))
                .withMessageContaining("auth.tokens: ")
                .withMessageContaining(" line ")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("secret-token", hex("any")));
    }

    @Test
    void aFileIsBounded() {
        StringBuilder many = new StringBuilder();
        for (int i = 0; i <= 1000; i++) {
            many.append("t").append(i).append(' ').append(hex("t" + i)).append('\n');
        }
        assertThatExceptionOfType(SettingsException.class).isThrownBy(() -> tokens(many.toString()));
        assertThatExceptionOfType(SettingsException.class).isThrownBy(() -> tokens("#".repeat(1024 * 1024 + 1)));
        assertThatExceptionOfType(SettingsException.class)
                .isThrownBy(() -> new StaticTokens(directory.resolve("none").toString(), RULES))
                .withMessageContaining("cannot be read");
    }

    @Test
    void textsAreTheSameOrNot() {
        assertThat(Digests.same("abc", "abc")).isTrue();
        assertThat(Digests.same("", "")).isTrue();
        assertThat(Digests.same("abc", "abd")).isFalse();
        assertThat(Digests.same("abc", "ab")).isFalse();
        assertThat(Digests.same("ab", "abc")).isFalse();
        assertThat(Digests.same("a\0", "a")).isFalse();
    }

    private StaticTokens tokens(String content) throws IOException {
        write(content);
        return new StaticTokens(file().toString(), RULES);
    }

    private void write(String content) throws IOException {
        Files.writeString(file(), content);
    }

    private Path file() {
        return directory.resolve("tokens");
    }

    private static String hex(String token) {
        return HexFormat.of().formatHex(Digests.of(token).array());
    }
}

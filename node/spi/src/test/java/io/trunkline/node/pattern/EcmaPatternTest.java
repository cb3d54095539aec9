package io.trunkline.node.pattern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EcmaPatternTest {

    /** In texts, U+ and four digits stand for a character. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                // The end is the end.
                "^[a-z]+$ abc abcU+000A",
                "a$|b U+000Aa aU+000A",
                "(?m:^b$) aU+000AbU+2028 aU+0009b",
                // Groups and references.
                "^(?<user_id>[a-z]+)-\\k<user_id>$ ab-ab ab-cd",
                "^(?<$ü>a)\\k<$ü>$ aa a",
                "^(?:(a)|b)\\1c$ bc bbc",
                "^(?:(a)|b)\\1c$ aac ac",
                "^(a\\1)$ a aa",
                "^\\2(a)(b)$ ab bab",
                "^((a)b)\\1\\2$ ababa abab",
                "^(?:(?<y>a)|(?<y>b))\\k<y>$ bb ab",
                "^(.)(.)(.)(.)(.)(.)(.)(.)(.)(.)\\10$ abcdefghijj abcdefghija0",
                "^(a)\\1(?:0)$ aa0 a0",
                "(?<!x)y ay xy",
                "^(?i:é)a$ Éa ÉA",
                "^(?s:.)(?-s:.)$ U+000Aa aU+000A",
                // Classes.
                "^[^[]+$ ab a[",
                "^[[a]+$ a[ b",
                "^[a&&b]+$ a&b c",
                "^[^]*$ aU+000Ab -",
                "^a[]|b$ b a",
                "^[\\w-.]+$ a-.b a+",
                "^[a-]+$ -a b",
                "^[]^-]|x x ]",
                "^[\\]\\\\]+$ ]\\ [",
                "^[\\b]$ U+0008 b",
                "^[^\\d\\s]+$ ab a1",
                "^[^\\D5]+$ 12 15",
                "^[\\S]$ a U+FEFF",
                "^[\\W\\d]+$ -1 a",
                // What escapes mean.
                "^\\d$ 1 U+0661",
                "^\\w$ a é",
                "^\\s$ U+FEFF U+180E",
                "^\\s$ U+00A0 U+0085",
                "^\\S$ U+0085 U+3000",
                "^\\cA\\cz\\0\\v\\x41\\u0042\\/\\-\\@$ U+0001U+001AU+0000U+000BAB/-@ a",
                "a\\bé aé é",
                "^a\\b aé1 a1",
                "^.$ U+0085 U+2028",
                "^.$ 😀 😀😀",
                "^\\u{1F600}\\ud83d\\ude00\\u{000000041}$ 😀😀A 😀",
                "^[😀-😂]$ 😁 😃",
                "^[^a]$ 😀 a",
                // Properties.
                "^\\p{Letter}+$ aéß a1",
                "^\\p{digit}\\p{Nd}\\p{gc=Decimal_Number}$ 1U+06612 aaa",
                "^\\p{Script=Greek}\\p{sc=Cyrl}\\p{scx=Latin}$ αжa aaa",
                "^\\P{Lu}[^\\p{Ll}]$ aA Aa",
                "^\\p{ASCII}\\p{Any}[\\p{ID_Start}\\p{ID_Continue}]\\p{White_Space}$ aéaU+0085 éaaa",
                "^[\\p{ID_Continue}-]+$ a-1 a+",
                // Quantifiers.
                "^a{2}b{1,}c{0,2}?d*?$ aabcc ab",
                "^a{01}{$ a{ aa",
                "^{a}]$ {a}] a",
                "^(?:(?=a)*a|b)$ b c",
                "^a{99999999999}|b$ b a",
            })
    void meansWhatTheStandardSays(String pattern, String fits, String doesNot) {
        assertThat(find(pattern, plain(fits))).as("%s fits %s", pattern, fits).isTrue();
        if (!doesNot.equals("-")) {
            assertThat(find(pattern, plain(doesNot)))
                    .as("%s fits %s", pattern, doesNot)
                    .isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(",
                ")",
                "(a",
                "a)",
                "[a",
                "*",
                "a**",
                "a++",
                "a{1}{2}",
                "^*",
                "\\b+",
                "(?<=a)*",
                "a{2,1}",
                "a{,5}",
                "[b-a]",
                "\\",
                "\\Z",
                "\\A",
                "\\a",
                "\\z",
                "\\h",
                "\\Q.\\E",
                "\\1",
                "(a)\\2",
                "\\01",
                "[\\1]",
                "\\c1",
                "\\x4",
                "\\u12",
                "\\u{110000}",
                "\\u{}",
                "\\k<a>",
                "(?<a>b)\\k",
                "(?<1>a)",
                "(?P<a>b)",
                "(?i)a",
                "(?ii:a)",
                "(?-:a)",
                "(?>a)",
                "\\p",
                "\\p{",
                "\\p{Nothing}",
                "\\p{IsLatin}",
                "\\p{InGreek}",
                "\\p{javaLowerCase}",
                "\\p{Script=Nobody}",
                "\\pL",
                "[\\B]",
                "|*"
            })
    void refusesWhatIsNoPattern(String pattern) {
        assertThatThrownBy(() -> EcmaPattern.compile(pattern))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("pattern " + pattern + ": ");
    }

    @Test
    void refusesWhatWouldEndTheStack() {
        String deep = "(".repeat(20_000) + ")".repeat(20_000);
        assertThatThrownBy(() -> EcmaPattern.compile(deep)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> EcmaPattern.compile("a".repeat(70_000))).isInstanceOf(IllegalArgumentException.class);
        assertThat(find("(".repeat(200) + "a" + ")".repeat(200), "a")).isTrue();
    }

    @Test
    void givesUpOnPatternsThatWouldTakeForEver() {
        EcmaPattern slow = EcmaPattern.compile("^(a*)*\\1b$");
        var threads = ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadCpuTime();
        assertThatThrownBy(() -> slow.find("a".repeat(40), new PatternWork()))
                .isInstanceOf(PatternWork.ExceededException.class);
        assertThatThrownBy(() -> EcmaPattern.compile("^(a|b)*$").find("ab".repeat(200_000), new PatternWork()))
                .isInstanceOf(PatternWork.ExceededException.class);
        assertThat((threads.getCurrentThreadCpuTime() - before) / 1_000_000).isLessThan(1000);
        assertThat(find("^[a-z]*$", "a".repeat(3_000_000))).isTrue();
    }

    private static boolean find(String pattern, String text) {
        return EcmaPattern.compile(pattern).find(text, new PatternWork());
    }

    private static String plain(String text) {
        StringBuilder plain = new StringBuilder();
        for (int at = 0; at < text.length(); at++) {
            if (text.startsWith("U+", at)) {
                plain.append((char) Integer.parseInt(text.substring(at + 2, at + 6), 16));
                at += 5;
            } else {
                plain.append(text.charAt(at));
            }
        }
        return plain.toString();
    }
}

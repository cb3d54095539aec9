package io.trunkline.protocol.uri;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NormalUriTest {
    @ParameterizedTest
    @CsvSource({
        "http://h:8080, http://h:8080/",
        "http://h, http://h:80/",
        "http://h:/, http://h/",
        "HTTPS://MCP.Example.com:443/mcp, https://mcp.example.com/mcp",
        "https://h?x, https://h/?x",
        "https://h#x, https://h/#x",
        "wss://H:443, wss://h/",
        "https://User@H/, https://User@h/",
        "https://h%41%C3%A9/, https://haé/",
        "'http://[2001:DB8::A]:80', 'http://[2001:db8::a]/'",
        "DOCS://menu/x, docs://menu/x",
        "docs://menu/café, docs://menu/caf%c3%a9",
        "docs://menu/caf%C3%A9, docs://menu/caf%c3%A9",
        "docs://menu/%7e%41%2d%2E%5f, docs://menu/~A-._",
        "docs://menu/a b, docs://menu/a%20b",
        "docs://menu/100%, docs://menu/100%25",
        "docs://menu/%%34%31, docs://menu/%2541",
        "docs://a/b/../c/./d, docs://a/c/d",
        "docs://a/b/.., docs://a/",
        "docs://a/b/., docs://a/b/",
        "docs://a/%2e%2E/b, docs://a/b",
        "docs://a/../../b, docs://a/b",
        "file:///a/../b, file:///b",
        "FILE://Host/a, file://host/a",
        "x:/a/..//b, x:/.//b",
        "urn:Isbn:%7e, URN:Isbn:~",
        "x:?é, x:?%C3%A9",
        "x:#é, x:#%C3%A9",
        "x:\uD83D\uDE00, x:%F0%9F%98%80",
    })
    void whatNamesTheSameIsEqual(String one, String other) {
        assertThat(NormalUri.of(one)).isEqualTo(NormalUri.of(other));
        assertThat(NormalUri.same(one, other)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "http://h/a, http://h/a/",
        "http://h/a, http://h/A",
        "http://h:8080/, http://h/",
        "http://h:443/, http://h/",
        "http://user@h/, http://h/",
        "http://h/?, http://h/",
        "http://h/#, http://h/",
        "http://h/a//b, http://h/a/b",
        "http://h/, https://h/",
        "http://h/%2F, http://h//",
        "http://h/a%3Fb, http://h/a?b",
        "http://h/?a=1&b=2, http://h/?b=2&a=1",
        "http://h/?a/../b, http://h/?b",
        "docs://Menu/x, docs://menu/x",
        "docs://menu, docs://menu/",
        "docs://menu:80/, docs://menu/",
        "docs:a/../b, docs:b",
        "x:/.//b, x://b",
        "x:a%2Cb, 'x:a,b'",
        "mcp.example.com/mcp, http://mcp.example.com/mcp",
        "1x:A, 1X:A",
        "http://bücher.example/, http://xn--bcher-kva.example/",
    })
    void whatMayNameSomethingElseIsNot(String one, String other) {
        assertThat(NormalUri.of(one)).isNotEqualTo(NormalUri.of(other));
        assertThat(NormalUri.same(one, other)).isFalse();
    }

    @Test
    void whatIsNoUriIsLeftAlone() {
        for (String text : List.of("", ":", "a", "É:%7e", "/a/../b", "%41:", "x", "-x:A%7e")) {
            assertThat(NormalUri.of(text)).isSameAs(text);
        }
    }

    @Test
    void halfACharacterIsLeftAlone() {
        assertThat(NormalUri.of("x:\uD83D%41\uDE00")).isEqualTo("x:\uD83DA\uDE00");
    }

    @Test
    void aNormalFormIsItsOwn() {
        Random random = new Random(7);
        String[] pieces = {
            "http", "Docs", ":", "/", "//", ".", "..", "%", "%2", "%2e", "%41", "%C3", "é", "{", " ", "@", "[", "]",
            "?", "#", "80", "a", "A", "\uD83D", "\uDE00", "\0"
        };
        for (int i = 0; i < 200_000; i++) {
            StringBuilder text = new StringBuilder(i % 2 == 0 ? "x:" : "HTTP://");
            for (int n = random.nextInt(10); n > 0; n--) {
                text.append(pieces[random.nextInt(pieces.length)]);
            }
            String once = NormalUri.of(text.toString());
            assertThat(NormalUri.of(once)).as("%s", text).isEqualTo(once);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            value = {
                "DOCS://menu/café/{dish} > docs://menu/caf%C3%A9/{dish}",
                "docs://{Menu}/%7e{+Path}/é{?é,B}x > docs://{Menu}/~{+Path}/%C3%A9{?é,B}x",
                "HTTP://Host:80/{x} > http://host/{x}",
                "http://Host:80{x} > http://host:80{x}",
                "http://Host{x} > http://host{x}",
                "http://Host > http://host/",
                "{scheme}://é > {scheme}://%C3%A9",
                "docs:/a/../{x} > docs:/a/../{x}",
                "docs:/{x > docs:/{x",
                "docs:/{x}{y} > docs:/{x}{y}",
            })
    void literalsOfATemplateHaveANormalFormOfTheirOwn(String template, String normal) {
        assertThat(NormalUri.ofTemplate(template)).isEqualTo(normal);
    }

    @Test
    void whateverIsComparedTakesTimeByItsLength() {
        int most = NormalUri.MOST - 16;
        List<String> hostile = List.of(
                "x:" + "/..".repeat(most / 3),
                "x:" + "/a".repeat(most / 4) + "/..".repeat(most / 6),
                "x:/" + "/".repeat(most),
                "x:" + "/.".repeat(most / 2),
                "x:" + "%".repeat(most),
                "x:" + "é".repeat(most),
                "http://" + "@:]".repeat(most / 3),
                "a".repeat(most),
                "x:" + "{".repeat(most),
                "x:" + "{}".repeat(most / 2));
        assertTimeoutPreemptively(Duration.ofSeconds(5), () -> {
            for (String one : hostile) {
                assertThat(NormalUri.of(one).length()).isLessThan(6 * NormalUri.MOST);
                assertThat(NormalUri.ofTemplate(one)).isNotEmpty();
            }
        });
        String longer = "X:" + "a".repeat(NormalUri.MOST);
        assertThat(NormalUri.of(longer)).isSameAs(longer);
        assertThat(NormalUri.ofTemplate(longer)).isSameAs(longer);
    }
}

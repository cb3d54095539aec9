package io.trunkline.balancer.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenTextTest {
    @ParameterizedTest
    @CsvSource({
        "Bearer abc, abc",
        "bearer abc, abc",
        "BEARER   abc, abc",
        "Bearer, ''",
        "Basic abc, ''",
        "abc, ''",
        "'', ''",
        "Bearerabc, ''",
        "DPoP abc, ''"
    })
    void theSchemeIsBearerInAnyCaseOfLetters(String header, String token) {
        assertThat(TokenText.of(header)).isEqualTo(token);
    }

    @Test
    void aTokenIsOfLettersThatMayStandInAHeader() {
        assertThat(TokenText.isToken("aZ09-._~+/==")).isTrue();
        assertThat(TokenText.isToken("")).isFalse();
        assertThat(TokenText.isToken("a b")).isFalse();
        assertThat(TokenText.isToken("a,b")).isFalse();
        assertThat(TokenText.isToken("a\"b")).isFalse();
        assertThat(TokenText.isToken("\u00e4")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "a", "a.b", "a.b.", ".b.c", "a..c", "a.b.c.d", "a.b.c.d.e", "a.b.c=", "a.b+.c", "...", ".."})
    void aSignedOneHasThreePartsAndNothingElse(String token) {
        assertThat(TokenText.isSigned("a.b.c")).isTrue();
        assertThat(TokenText.isSigned(token)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "7",
                "",
                "{\"a\":1,\"a\":2}",
                "{\"a\":1}x",
                "{\"a\":1",
                "{\"a\":{\"b\":1,\"b\":2}}",
                "\u00ff"
            })
    void headerAndClaimsAreObjects(String claims) {
        assertThat(TokenText.isReadable(token("{}", "{\"a\":1}"))).isTrue();
        assertThat(TokenText.isReadable(token("{}", claims))).isFalse();
        assertThat(TokenText.isReadable(token(claims, "{}"))).isFalse();
    }

    @Test
    void whatIsDeepIsNotRead() {
        String deep = "{\"a\":" + "[".repeat(3000) + "]".repeat(3000) + "}";
        assertThat(TokenText.isReadable(token("{}", deep))).isFalse();
        String nested = "{\"a\":" + "[".repeat(31) + "]".repeat(31) + "}";
        assertThat(TokenText.isReadable(token("{}", nested))).isTrue();
        assertThat(TokenText.isReadable(token("{}", nested.replace("[]", "[[]]"))))
                .isFalse();
        assertThat(TokenText.isReadable(token("{}", "{\"a\":" + "9".repeat(100) + "}")))
                .isFalse();
    }

    @Test
    void whatIsLongIsRead() {
        String many = "{\"" + "a".repeat(2000) + "\":[" + "1,".repeat(2900) + "1]}";
        assertThat(TokenText.isReadable(token("{}", many))).isTrue();
    }

    private static String token(String header, String claims) {
        return part(header) + "." + part(claims) + ".c2ln";
    }

    private static String part(String json) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(StandardCharsets.ISO_8859_1));
    }
}

package io.trunkline.balancer.auth.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.nimbusds.jose.jwk.JWK;
import io.trunkline.balancer.auth.TestIssuer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeySetTest {
    private static final JWK EC = TestIssuer.ec();
    private static final JWK RSA = TestIssuer.rsa();
    private static final String POINT =
            "\"x\":\"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4\",\"y\":\"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM\"";
    private static final String BIG = "\"n\":\"" + "q".repeat(342) + "\"";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'kid':'bad'}",
                "{'kid':'bad','kty':7}",
                "{'kid':'bad','kty':'PQC','pub':'AAAA'}",
                "{'kid':'bad','kty':'RSA','e':'AQAB'}",
                "{'kid':'bad','kty':'RSA','n':'!','e':'AQAB'}",
                "{'kid':'bad','kty':'RSA','n':'','e':''}",
                "{'kid':'bad','kty':'EC','crv':'P-999',POINT}",
                "{'kid':'bad','kty':'EC','crv':'secp256k1',POINT}",
                "{'kid':'bad','kty':'EC','crv':'P-256','x':'AAAA','y':'AAAA'}",
                "{'kid':'bad','kty':'EC','crv':'P-384',POINT}",
                "{'kid':'bad','kty':'EC','crv':'P-256',POINT,'use':'sig','key_ops':['encrypt']}",
                "{'kid':'bad','kty':'EC','crv':'P-256',POINT,'alg':'RS256'}",
                "{'kid':'bad','kty':'EC','crv':'P-256',POINT,'alg':'XX'}",
                "{'kid':'bad','kty':'RSA',BIG,'e':'AQAB','alg':'ES256'}",
                "{'kid':'bad','kty':'oct','k':'AAAA'}",
                "{'kid':'bad','kty':'OKP','crv':'Ed448','x':'AAAA'}",
                "{'kid':'bad','kty':'OKP','crv':'Ed25519','x':'AAAA'}",
            })
    void aBrokenKeyIsIgnoredByItselfAndNamed(String broken) throws IOException {
        String text = broken.replace('\'', '"').replace("POINT", POINT).replace("BIG", BIG);
        for (List<String> keys : List.of(List.of(text, good(EC), good(RSA)), List.of(good(EC), good(RSA), text))) {
            KeySet set = read(keys);
            assertThat(set.keys()).containsOnlyKeys(EC.toPublicJWK(), RSA.toPublicJWK());
            assertThat(set.ignored())
                    .singleElement()
                    .asString()
                    .startsWith("kid=bad detail=\"")
                    .doesNotContain("\"null\"");
        }
    }

    @Test
    void whatIsNoKeyAtAllIsIgnoredAsWell() throws IOException {
        KeySet set = read(
                List.of("7", "null", "[]", good(EC), "{\"kid\":7}", "{\"kid\":\"a\\n\\\"" + "x".repeat(900) + "\"}"));
        assertThat(set.keys()).hasSize(1);
        assertThat(set.ignored())
                .hasSize(3)
                .allSatisfy(line -> assertThat(line).hasSizeLessThan(500).doesNotContain("\n"));
    }

    @Test
    void keysForEncryptionAreNothingToComplainAbout() throws IOException {
        KeySet set = read(List.of(
                good(RSA).replace("\"use\":\"sig\"", "\"use\":\"enc\",\"alg\":\"RSA-OAEP\""),
                good(EC).replace("\"use\":\"sig\"", "\"key_ops\":[\"deriveKey\"]")));
        assertThat(set.keys()).isEmpty();
        assertThat(set.ignored()).isEmpty();
    }

    @Test
    void membersThatNobodyKnowsDoNotMatter() throws IOException {
        String key = good(EC).replace("{", "{\"x-note\":{\"a\":[1]},\"x5u\":\"https://a.example/\",");
        KeySet set = KeySet.read(("{\"note\":7,\"keys\":[" + key + "]}").getBytes(StandardCharsets.UTF_8));
        assertThat(set.keys()).hasSize(1);
        assertThat(set.ignored()).isEmpty();
    }

    @Test
    void aSetIsBoundedAndSaysSo() throws IOException {
        List<String> many = new ArrayList<>();
        for (int i = 0; i < KeySet.MOST + 2; i++) {
            many.add(good(EC).replace(EC.getKeyID(), "k" + i));
        }
        KeySet set = read(many);
        assertThat(set.keys()).hasSize(KeySet.MOST);
        assertThat(set.ignored()).hasSize(2).first().asString().contains("kid=k256", "more than 256");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{}", "{\"keys\":{}}", "{\"keys\":[", "7", "{\"keys\":null}"})
    void whatIsNoSetIsNotTaken(String document) {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> KeySet.read(document.getBytes(StandardCharsets.UTF_8)))
                .withMessageStartingWith("no set of keys");
    }

    @Test
    void notEverythingIsSaid() throws IOException {
        List<String> many = new ArrayList<>();
        for (int i = 0; i < 5000; i++) {
            many.add("{\"kid\":\"" + i + "\"}");
        }
        assertThat(read(many).ignored()).hasSize(64);
    }

    @Test
    void depthCostsNothing() {
        String deep = String.join("", Collections.nCopies(100_000, "["));
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> KeySet.read(("{\"keys\":" + deep).getBytes(StandardCharsets.UTF_8)));
    }

    private static KeySet read(List<String> keys) throws IOException {
        return KeySet.read(("{\"keys\":[" + String.join(",", keys) + "]}").getBytes(StandardCharsets.UTF_8));
    }

    private static String good(JWK key) {
        return key.toPublicJWK().toJSONString();
    }
}

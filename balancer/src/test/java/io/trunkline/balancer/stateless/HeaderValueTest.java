package io.trunkline.balancer.stateless;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderValueTest {
    @ParameterizedTest
    @CsvSource({
        "us-west1, us-west1",
        "a b, a b",
        "SGVsbG8=, SGVsbG8=",
        "=?base64?SGVsbG8=, =?base64?SGVsbG8=",
        "=?BASE64?SGVsbG8=?=, =?BASE64?SGVsbG8=?=",
        "=?base64?=, =?base64?=",
        "=?base64?SGVsbG8=?=, Hello",
        "=?base64?SGVsbG8sIOS4lueVjA==?=, 'Hello, \u4e16\u754c'",
        "=?base64?IHBhZGRlZCA=?=, ' padded '",
        "=?base64?PT9iYXNlNjQ/bGl0ZXJhbD89?=, =?base64?literal?=",
        "=?base64??=, ''",
    })
    void standsForThis(String value, String meaning) {
        assertThat(HeaderValue.decode(value)).isEqualTo(meaning);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "=?base64?SGVsbG8?=",
                "=?base64?SGVs!!!bG8=?=",
                "=?base64?SGVsbG9=?=",
                "=?base64?gA==?=",
                "=?base64?SGVs bG8=?=",
                "=?base64?_-8=?=",
                "caf\u00e9",
                "a\u0001",
                "a\u007f",
            })
    void standsForNothing(String value) {
        assertThat(HeaderValue.decode(value)).isNull();
    }
}

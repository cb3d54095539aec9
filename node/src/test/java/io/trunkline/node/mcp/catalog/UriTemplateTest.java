package io.trunkline.node.mcp.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UriTemplateTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a:{x}|a:1|{x=1}",
                "a:{x}|a:|",
                "a:{x}|b:1|",
                "a:{x}|a:1/2|",
                "a:{x}|a:1?2|",
                "a:{x}|a:1#2|",
                "a:{+x}|a:1/2?3#4|{x=1/2?3#4}",
                "a:{x}.txt|a:b.txt.txt|{x=b.txt}",
                "a:{x}-{y}|a:1-2-3|{x=1, y=2-3}",
                "a:{x}-{y}|a:-1-2|{x=-1, y=2}",
                "a:{x}-{y}|a:1-|",
                "a:{x}-{y}|a:-1|",
                "a:{+p}/{n}|a:1/2/3|{n=3, p=1/2}",
                "a:{u}/{+p}/{n}.md|a:1/2/3/4.md|{n=4, p=2/3, u=1}",
                "a:{u}/{+p}/{n}.md|a:1/4.md|",
                "a:{x}/b|a:/b|",
                "a:{x}b|a:b|",
                "a:{x}|a:%41%c3%a9|{x=A\u00e9}",
                "a:{x}|a:%4|",
                "a:{x}|a:%|",
                "a:{x}|a:%g1|",
                "a:{x}|a:%c3|",
                "a:{x}{?q}|a:1|{x=1}",
                "a:{x}{?q}|a:1?q=2|{q=2, x=1}",
                "a:{x}{?q}|a:1?q=|{q=, x=1}",
                "a:{x}{?q}|a:1?|",
                "a:{x}{?q}|a:1?q|",
                "a:{x}{?q}|a:1?r=2|",
                "a:{x}{?q}|a:1?q=2&q=3|",
                "a:{x}{?q}|a:1?q=2&|",
                "a:{x}{?q}|a:1?q=2#3|",
                "a:{x}{?q}|a:1?x=2|",
                "a:{x}{?q}|a:1?q=a%26b%3dc|{q=a&b=c, x=1}",
                "a:{x}{?q}|a:1?q=%c3|",
                "a:{x}{?q}|a:1?q=a=b?c/d|{q=a=b?c/d, x=1}",
                "a:b{?q,r}|a:b|{}",
                "a:b{?q,r}|a:b?r=1&q=2|{q=2, r=1}",
                "a:b{?q,r}|a:b?r=1|{r=1}",
                "a:b{?q,r}|a:c?r=1|",
                "a:{+p}{?q}|a:1/2?q=3|{p=1/2, q=3}",
                "a:{+p}{?q}|a:1/2#3?q=4|",
            })
    void matches(String template, String uri, String variables) {
        Map<String, String> match = UriTemplate.parse(template).match(uri);
        assertThat(match == null ? null : new java.util.TreeMap<>(match).toString())
                .isEqualTo(variables);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a:b",
                "a:{",
                "a:{}",
                "a:}",
                "a:{x}}",
                "a:{x",
                "a:{x}{y}",
                "a:{x}/{x}",
                "a:{+x}/{+y}",
                "a:{?}",
                "a:{?x,}",
                "a:{?x,x}",
                "a:{?x*}",
                "a:{?x:3}",
                "a:{?x}b",
                "a:{?x}{?y}",
                "a:{?x}{y}",
                "a:{x}{?x}",
                "a:?b=1{?x}",
                "a:?b=1{&x}",
                "a:#b{?x}",
                "a:{x*}",
                "a:{x:3}",
                "a:{x,y}",
                "a:{#x}"
            })
    void refusesOtherForms(String template) {
        assertThatThrownBy(() -> UriTemplate.parse(template))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("resource template " + template + " (expected: ");
    }

    @Test
    void takesNoLongerForAUriThatAlmostFits() {
        UriTemplate template = UriTemplate.parse("a:{a}-{b}-{c}-{+d}-{e}-{f}-{g}!");
        String uri = "a:" + "-".repeat(1_000_000);
        Assertions.assertTimeout(Duration.ofSeconds(5), () -> {
            for (int i = 0; i < 100; i++) {
                assertThat(template.match(uri)).isNull();
                assertThat(template.match(uri + "!")).hasSize(7);
            }
        });
    }
}

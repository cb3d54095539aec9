package io.trunkline.node.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ElicitationTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'type':'string','title':'t','description':'d','minLength':1,'maxLength':2,'pattern':'a','format':'email'}",
                "{'type':'string','enum':['a','b'],'enumNames':['A','B'],'default':'a'}",
                "{'type':'string','oneOf':[{'const':'a','title':'A'}],'default':'a'}",
                "{'type':'array','items':{'type':'string','enum':['a','b']},'minItems':1,'default':['a']}",
                "{'type':'array','items':{'anyOf':[{'const':'a','title':'A'}]},'maxItems':2}",
                "{'type':'integer','minimum':1,'maximum':3,'default':2}",
                "{'type':'number','default':1.5}",
                "{'type':'boolean','default':false}",
            })
    void acceptsTheFormsOfTheSpecification(String property) {
        assertThat(form(property).schema().path("properties").has("p")).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}|type of p",
                "7|type of p",
                "{'type':'object'}|type of p",
                "{'type':['string']}|type of p",
                "{'type':'string','properties':{}}|properties",
                "{'type':'boolean','minimum':1}|minimum",
                "{'type':'string','format':'ipv4'}|format of p",
                "{'type':'string','pattern':'('}|pattern of p",
                "{'type':'string','minLength':'1'}|minLength of p",
                "{'type':'string','enum':[]}|choices of p",
                "{'type':'string','enum':[1]}|choice of p",
                "{'type':'string','oneOf':['a']}|choice of p",
                "{'type':'array'}|choices of p",
                "{'type':'array','items':{'type':'object'}}|choices of p",
                "{'type':'string','default':1}|default of p",
                "{'type':'integer','default':1.5}|default of p",
                "{'type':'string','enum':['a'],'default':'b'}|default of p",
                "{'type':'array','items':{'enum':['a']},'default':['b']}|default of p",
            })
    void refusesOtherForms(String property, String what) {
        assertThatThrownBy(() -> form(property))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("form: ")
                .hasMessageContaining(what)
                .hasMessageContaining("(expected: ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{",
                "{}",
                "{'type':'object'}",
                "{'type':'object','properties':[]}",
                "{'type':'object','properties':{},'required':['x']}",
                "{'type':'object','properties':{},'allOf':[]}",
            })
    void refusesSchemasThatAreNoForms(String schema) {
        assertThatThrownBy(() -> Elicitation.form("m", schema.replace('\'', '"')))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("form: ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'type':'string','minLength':2,'maxLength':3,'pattern':'^a'}|'abc'|",
                "{'type':'string','minLength':2}|'a'|p has the wrong length",
                "{'type':'string','maxLength':2}|'abc'|p has the wrong length",
                "{'type':'string','pattern':'^a'}|'ba'|p does not have the expected form",
                "{'type':'string','pattern':'^[a-z]+$'}|'abc'|",
                "{'type':'string','pattern':'^[a-z]+$'}|'abc\\n'|p does not have the expected form",
                "{'type':'string','pattern':'^(?<user_id>[^[]+)$'}|'a_b'|",
                "{'type':'integer','maximum':9007199254740992}|9007199254740993|p is more than 9007199254740992",
                "{'type':'integer'}|1.0|",
                "{'type':'string'}|null|p is not a text",
                "{'type':'string','enum':['a']}|'b'|p is not one of the choices",
                "{'type':'string','oneOf':[{'const':'a','title':'b'}]}|'b'|p is not one of the choices",
                "{'type':'string','oneOf':[{'const':'a','title':'b'}]}|'a'|",
                "{'type':'integer'}|1.0|",
                "{'type':'integer'}|1.5|p is not a whole number",
                "{'type':'integer'}|'1'|p is not a number",
                "{'type':'number','minimum':1}|0.5|p is less than 1",
                "{'type':'number','maximum':1}|1.5|p is more than 1",
                "{'type':'boolean'}|0|p is neither true nor false",
                "{'type':'array','items':{'enum':['a','b']}}|['b','a']|",
                "{'type':'array','items':{'enum':['a','b']}}|'a'|p is not a list",
                "{'type':'array','items':{'enum':['a','b']}}|['c']|p has a choice that there is not",
                "{'type':'array','items':{'enum':['a','b']}}|[1]|p has a choice that there is not",
                "{'type':'array','items':{'anyOf':[{'const':'a'}]},'minItems':1}|[]|p has the wrong number of choices",
                "{'type':'array','items':{'anyOf':[{'const':'a'}]},'maxItems':1}|['a','a']|p has the wrong number of choices",
            })
    void checksWhatWasFilledIn(String property, String value, String problem) throws Exception {
        String content = "{\"p\":" + value.replace('\'', '"') + ",\"other\":[]}";
        assertThat(form(property).problem(new ObjectMapper().readTree(content))).isEqualTo(problem);
    }

    @ParameterizedTest
    @ValueSource(strings = {"relative", "https:", "mailto:a@b", "https://a b"})
    void refusesUrlsThatCannotBeVisited(String url) {
        assertThatThrownBy(() -> UrlElicitation.at(url, "m"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(url);
    }

    @Test
    void refusesSamplingsThatCannotBeAsked() {
        SamplingMessage message = SamplingMessage.user("a");
        assertThatThrownBy(() -> SamplingRequest.of(0, message)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> SamplingRequest.of(1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(
                        () -> SamplingRequest.of(1, message).with("max_tokens", JsonNodeFactory.instance.numberNode(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("sampling: max_tokens (expected: one of ");
        assertThatThrownBy(() -> new SamplingMessage(Role.USER, List.of(), List.of()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(
                        () -> new SamplingMessage(Role.USER, List.of(new Content.Link("a:b", "n", "", "")), List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Link");
    }

    private static Elicitation form(String property) {
        return Elicitation.form(
                "m", "{\"type\":\"object\",\"properties\":{\"p\":" + property.replace('\'', '"') + "}}");
    }
}

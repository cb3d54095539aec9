package io.trunkline.node.mcp.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where {@code x-mcp-header} may stand; what it does is tested with requests. */
class ParamHeadersTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'x-mcp-header':'A'}|only at properties",
                "{'properties':{'a':{'type':'array','items':{'type':'string','x-mcp-header':'A'}}}}|only at properties",
                "{'anyOf':[{'properties':{'a':{'type':'string','x-mcp-header':'A'}}}]}|only at properties",
                "{'$defs':{'d':{'type':'string','x-mcp-header':'A'}}}|only at properties",
                "{'if':{'properties':{'a':{'type':'string','x-mcp-header':'A'}}}}|only at properties",
                "{'properties':{'a':{'type':'number','x-mcp-header':'A'}}}|of type \"number\"",
                "{'properties':{'a':{'type':['string','null'],'x-mcp-header':'A'}}}|of type",
                "{'properties':{'a':{'type':'string','x-mcp-header':''}}}|a token",
                "{'properties':{'a':{'type':'string','x-mcp-header':'A B'}}}|a token",
                "{'properties':{'a':{'type':'string','x-mcp-header':7}}}|a token",
                "{'properties':{'a':{'type':'string','x-mcp-header':'A'},'b':{'type':'string','x-mcp-header':'a'}}}|twice",
            })
    void refusesAnnotationsThatClientsWouldRefuse(String schema, String problem) throws Exception {
        ObjectNode json = (ObjectNode) new ObjectMapper().readTree(schema.replace('\'', '"'));
        assertThatThrownBy(() -> ParamHeaders.of("t", json))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("input schema of tool t: x-mcp-header")
                .hasMessageContaining(problem);
    }

    @Test
    void aPropertyMayHaveThatName() throws Exception {
        ObjectNode json =
                (ObjectNode) new ObjectMapper().readTree("{\"properties\":{\"x-mcp-header\":{\"type\":\"string\"}}}");
        assertThat(ParamHeaders.of("t", json)).isNotNull();
    }
}

package io.trunkline.node.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SchemaTest {

    @Test
    void saysWhatIsWrong() {
        Schema schema =
                compile("{\"type\":\"object\",\"required\":[\"n\"],\"properties\":{\"n\":{\"type\":\"integer\"}}}");
        assertThat(schema.problem(json("{\"n\":1}"))).isNull();
        assertThat(schema.problem(json("{\"n\":\"x\"}"))).contains("integer").contains("n");
        assertThat(schema.problem(json("{}"))).contains("n").contains("required");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // 2020-12 by default: prefixItems is known, and so is dependentRequired.
                "{'type':'object','properties':{'a':{'prefixItems':[{'type':'integer'}]}}}|{'a':['x']}",
                "{'type':'object','dependentRequired':{'a':['b']}}|{'a':1}",
                // Draft 7 when it says so: items as a list.
                "{'$schema':'http://json-schema.org/draft-07/schema#','type':'object','properties':{'a':{'items':[{'type':'integer'}]}}}|{'a':['x']}",
                // References inside the schema.
                "{'type':'object','properties':{'a':{'$ref':'#/$defs/n'}},'$defs':{'n':{'type':'integer'}}}|{'a':'x'}",
            })
    void followsTheDialectOfTheSchema(String schema, String broken) {
        assertThat(compile(schema.replace('\'', '"')).problem(json(broken.replace('\'', '"'))))
                .isNotNull();
        assertThat(compile(schema.replace('\'', '"')).problem(json("{}"))).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'type':'object','properties':7}",
                "{'type':'object','required':'a'}",
                "{'type':'object','properties':{'a':{'type':'nothing'}}}",
                "{'type':'object','properties':{'a':{'pattern':'('}}}",
                "{'type':'object','properties':{'a':{'$ref':'#/$defs/none'}}}",
                "{'type':'object','properties':{'a':{'$ref':'file:///etc/hostname'}}}",
                "{'type':'object','properties':{'a':{'$ref':'classpath:logback.xml'}}}",
                "{'$schema':'https://example.com/own-dialect','type':'object'}",
            })
    void refusesWhatIsNoSchemaWhenItIsCompiled(String schema) {
        assertThatThrownBy(() -> compile(schema.replace('\'', '"')))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("input schema of tool t: ");
    }

    @Test
    void neverTouchesTheNetwork() throws IOException {
        AtomicInteger requests = new AtomicInteger();
        HttpServer web = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        web.createContext("/", exchange -> {
            requests.incrementAndGet();
            exchange.sendResponseHeaders(404, -1);
            exchange.close();
        });
        web.start();
        try {
            String address = "http://127.0.0.1:" + web.getAddress().getPort() + "/schema.json";
            for (String schema : new String[] {
                "{\"type\":\"object\",\"properties\":{\"a\":{\"$ref\":\"" + address + "\"}}}",
                "{\"$schema\":\"" + address + "\",\"type\":\"object\"}",
                "{\"$id\":\"" + address + "\",\"type\":\"object\",\"properties\":{\"a\":{\"$ref\":\"other.json\"}}}",
                "{\"type\":\"object\",\"properties\":{\"a\":{\"$dynamicRef\":\"" + address + "\"}}}",
            }) {
                assertThatThrownBy(() -> compile(schema)).as(schema).isInstanceOf(IllegalArgumentException.class);
            }
            assertThat(requests).hasValue(0);
        } finally {
            web.stop(0);
        }
    }

    @Test
    void boundsItsAnswer() {
        ObjectNode schema = JsonNodeFactory.instance.objectNode().put("type", "object");
        schema.putObject("additionalProperties").put("type", "integer");
        ObjectNode value = JsonNodeFactory.instance.objectNode();
        for (int i = 0; i < 50_000; i++) {
            value.put("x".repeat(500) + i, "y");
        }
        assertThat(Schema.compile("s", schema).problem(value)).hasSizeLessThan(2000);
    }

    @Test
    void survivesAPatternThatTheJdkCannotMatch() {
        Schema schema =
                compile("{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\",\"pattern\":\"^(a|b)*$\"}}}");
        String problem = schema.problem(JsonNodeFactory.instance.objectNode().put("a", "ab".repeat(200_000)));
        assertThat(problem).isEqualTo("too complex to be checked");
    }

    @Test
    void givesUpOnPatternsThatWouldTakeForEver() {
        Schema schema = compile("{\"type\":\"object\",\"additionalProperties\":{\"pattern\":\"^(a*)*\\\\1b$\"}}");
        ObjectNode value = JsonNodeFactory.instance.objectNode();
        for (int i = 0; i < 1000; i++) {
            value.put("p" + i, "a".repeat(40));
        }
        assertThat(cpuMillis(() -> assertThat(schema.problem(value)).isEqualTo("too complex to be checked")))
                .isLessThan(100);
        assertThat(compile("{\"type\":\"object\",\"additionalProperties\":{\"pattern\":\"^[a-z]*$\"}}")
                        .problem(JsonNodeFactory.instance.objectNode().put("p", "a".repeat(3_000_000))))
                .as("a long text is not a slow one")
                .isNull();
    }

    @Test
    void refusesSchemasThatAreNestedTooDeep() {
        ObjectNode schema = JsonNodeFactory.instance.objectNode();
        ObjectNode at = schema;
        for (int i = 0; i < 10_000; i++) {
            at = at.putObject("not");
        }
        assertThat(cpuMillis(() -> assertThatThrownBy(() -> Schema.compile("s", schema))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage("s: nested too deep (expected: at most 64)")))
                .isLessThan(100);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'const':1}|1.0|true",
                "{'const':1.0}|1|true",
                "{'const':{'a':[1]}}|{'a':[1.0]}|true",
                "{'const':{'a':[1.0]}}|{'a':[1]}|true",
                "{'enum':[[1],{'a':2.0}]}|[1.0]|true",
                "{'enum':[[1],{'a':2.0}]}|{'a':2}|true",
                "{'enum':[1e2]}|100|true",
                "{'enum':[0]}|-0.0|true",
                "{'enum':[1]}|true|false",
                "{'const':0.10}|0.1|true",
                "{'const':9007199254740993}|9007199254740992.0|false",
                "{'const':9007199254740993}|9007199254740993.0|true",
                "{'const':9007199254740993.5}|9007199254740993.25|false",
                "{'const':1e400}|1e401|false",
                "{'uniqueItems':true}|[1,1.0]|false",
                "{'uniqueItems':true}|[{'a':1},{'a':1.0}]|false",
                "{'uniqueItems':true}|[[[1e2]],[[100]]]|false",
                "{'uniqueItems':true}|[9007199254740993,9007199254740992.0]|true",
                "{'type':'integer'}|1.0|true",
                "{'type':'integer'}|1e2|true",
                "{'type':'integer'}|1.5|false",
                "{'type':'integer'}|9007199254740993.5|false",
                "{'multipleOf':0.01}|4.35|true",
                "{'maximum':9007199254740993}|9007199254740993.5|false",
            })
    void comparesNumbersByValue(String schema, String value, boolean fits) {
        assertThat(compile(schema.replace('\'', '"')).problem(json(value.replace('\'', '"'))) == null)
                .isEqualTo(fits);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e999999999", "-1e999999999", "1e-999999999", "1e999", "1e-999", "9e99999"})
    void spendsNothingOnNumbersThatAreFewCharactersAndManyDigits(String number) {
        Schema schema = compile(
                "{\"items\":{\"multipleOf\":0.01,\"minimum\":1,\"type\":\"integer\"},\"uniqueItems\":true,\"contains\":{\"enum\":[[1],2.5]}}");
        Schema each = compile("{\"items\":{\"type\":\"integer\",\"enum\":[3],\"exclusiveMaximum\":4}}");
        JsonNode value = json("[" + number + "," + number + "," + number + "]");
        assertThat(cpuMillis(() -> {
                    assertThat(schema.problem(value)).isNotNull();
                    assertThat(each.problem(value)).isNotNull();
                }))
                .isLessThan(200);
    }

    /** Processor time of this thread: what a busy machine does beside it does not count. */
    private static long cpuMillis(Runnable task) {
        var threads = ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadCpuTime();
        task.run();
        return (threads.getCurrentThreadCpuTime() - before) / 1_000_000;
    }

    private static Schema compile(String schema) {
        return Schema.compile("input schema of tool t", (ObjectNode) json(schema));
    }

    private static JsonNode json(String text) {
        try {
            return ExactNumbers.reader(new ObjectMapper()).readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(text, e);
        }
    }
}

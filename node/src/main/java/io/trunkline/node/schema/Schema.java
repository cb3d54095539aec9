package io.trunkline.node.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.SpecVersionDetector;
import com.networknt.schema.ValidationMessage;
import com.networknt.schema.resource.ClasspathSchemaLoader;
import com.networknt.schema.resource.SchemaLoader;
import io.trunkline.node.pattern.PatternWork;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A tool's JSON Schema, compiled once. Thread-safe.
 *
 * <p>The dialect is 2020-12 unless the schema names another one in {@code $schema}; known are drafts 4, 6, 7, 2019-09
 * and 2020-12. What is nested deeper than {@link #MAX_DEPTH} is refused. References lead only to places in the schema
 * itself and to the dialects' own documents: nothing is ever loaded from a network or a disk.
 */
public final class Schema {

    /** Objects and arrays in each other, the outermost one counted. */
    static final int MAX_DEPTH = 64;

    private static final int MAX_PROBLEMS = 5;
    private static final int MAX_PROBLEM_LENGTH = 200;

    private static final Pattern DIALECT =
            Pattern.compile("classpath:draft(-0[467]/schema|/20(19-09|20-12)/(meta/)?[a-z-]+)");

    private static final SchemaValidatorsConfig CONFIG = SchemaValidatorsConfig.builder()
            .locale(Locale.ENGLISH)
            .preloadJsonSchema(true)
            .regularExpressionFactory(new Patterns())
            .build();

    /** Gives the dialects' own documents, which come with the validator, and nothing else. */
    private static final SchemaLoader DIALECTS = iri -> {
        if (DIALECT.matcher(iri.toString()).matches()) {
            return new ClasspathSchemaLoader().getSchema(iri);
        }
        throw new IllegalArgumentException("\"$ref\" leads to " + iri + " (expected: a place in the schema itself)");
    };

    private final JsonSchema schema;

    private Schema(JsonSchema schema) {
        this.schema = schema;
    }

    /**
     * Compiles a schema.
     *
     * @param where what the schema belongs to, for the error
     * @throws IllegalArgumentException when it is not a schema, or refers to something outside
     */
    public static Schema compile(String where, ObjectNode json) {
        if (deeperThan(MAX_DEPTH, json)) {
            throw new IllegalArgumentException(where + ": nested too deep (expected: at most " + MAX_DEPTH + ")");
        }
        try {
            Patterns.begin();
            VersionFlag dialect =
                    SpecVersionDetector.detectOptionalVersion(json, true).orElse(VersionFlag.V202012);
            JsonSchemaFactory factory = JsonSchemaFactory.getInstance(
                    dialect,
                    builder -> builder.schemaLoaders(loaders -> loaders.values(list -> {
                        list.clear();
                        list.add(DIALECTS);
                    })));
            Set<ValidationMessage> problems = JsonSchemaFactory.getInstance(dialect)
                    .getSchema(SchemaLocation.of(dialect.getId()), CONFIG)
                    .validate(json);
            if (!problems.isEmpty()) {
                throw new IllegalArgumentException(text(problems));
            }
            JsonSchema schema = factory.getSchema(EqualNumbers.of(json), CONFIG);
            schema.initializeValidators();
            return new Schema(schema);
        } catch (RuntimeException | StackOverflowError e) {
            throw new IllegalArgumentException(where + ": " + e.getMessage(), e);
        }
    }

    /** Level by level, for one call in another would end with the stack. */
    private static boolean deeperThan(int most, JsonNode json) {
        List<JsonNode> level = List.of(json);
        for (int depth = 0; depth < most && !level.isEmpty(); depth++) {
            List<JsonNode> next = new ArrayList<>();
            for (JsonNode node : level) {
                for (JsonNode child : node) {
                    if (child.isContainerNode()) {
                        next.add(child);
                    }
                }
            }
            level = next;
        }
        return !level.isEmpty();
    }

    /** What is wrong with a value, in words that may go to the client, or null when it conforms. */
    public @Nullable String problem(JsonNode value) {
        try {
            Patterns.begin();
            Set<ValidationMessage> first = schema.validate(
                    EqualNumbers.of(value),
                    context -> context.getExecutionConfig().setFailFast(true));
            return first.isEmpty() ? null : text(first);
        } catch (StackOverflowError | PatternWork.ExceededException e) {
            // A client chooses the text that patterns read.
            return "too complex to be checked";
        } catch (ArithmeticException | NumberFormatException e) {
            return "a number that is too large to be checked";
        }
    }

    private static String text(Set<ValidationMessage> problems) {
        return problems.stream()
                .limit(MAX_PROBLEMS)
                .map(ValidationMessage::getMessage)
                .map(text -> text.length() <= MAX_PROBLEM_LENGTH ? text : text.substring(0, MAX_PROBLEM_LENGTH) + "...")
                .collect(Collectors.joining("; "));
    }
}

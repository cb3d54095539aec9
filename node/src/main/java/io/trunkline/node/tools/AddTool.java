package io.trunkline.node.tools;

import static java.util.concurrent.CompletableFuture.completedFuture;
import static java.util.concurrent.CompletableFuture.failedFuture;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BigIntegerNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NumericNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.trunkline.node.spi.Tool;
import io.trunkline.node.spi.ToolCall;
import io.trunkline.node.spi.ToolException;
import io.trunkline.node.spi.ToolResult;
import java.math.BigDecimal;
import java.util.concurrent.CompletionStage;

/** The built-in tool {@code add}: exact, in the digits that were written. What exceeds any double is an error. */
final class AddTool {

    /** Digits of a whole number that is written without an exponent. */
    private static final int PLAIN_DIGITS = 40;

    private AddTool() {}

    static Tool tool() {
        return Tool.named("add")
                .title("Add")
                .description("Adds two numbers.")
                .inputSchema("""
                        {"type": "object", "required": ["a", "b"], "additionalProperties": false,
                         "properties": {"a": {"type": "number"}, "b": {"type": "number"}}}""")
                .outputSchema("""
                        {"type": "object", "required": ["sum"], "properties": {"sum": {"type": "number"}}}""")
                .readOnly()
                .idempotent()
                .openWorld(false)
                .async(AddTool::add);
    }

    private static CompletionStage<ToolResult> add(ToolCall call) {
        JsonNode a = call.arguments().path("a");
        JsonNode b = call.arguments().path("b");
        if (!Double.isFinite(a.doubleValue() + b.doubleValue())) {
            return failedFuture(new ToolException("The sum is larger than a number can be"));
        }
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        result.set("sum", node(a.decimalValue().add(b.decimalValue())));
        return completedFuture(ToolResult.structured(result));
    }

    private static NumericNode node(BigDecimal sum) {
        BigDecimal plain = sum.signum() == 0 ? BigDecimal.ZERO : sum.stripTrailingZeros();
        double rounded = plain.doubleValue();
        if (plain.scale() <= 0 && plain.precision() - plain.scale() <= PLAIN_DIGITS) {
            return BigIntegerNode.valueOf(plain.toBigIntegerExact());
        }
        return BigDecimal.valueOf(rounded).compareTo(plain) == 0
                ? DoubleNode.valueOf(rounded)
                : DecimalNode.valueOf(plain);
    }
}

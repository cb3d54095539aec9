package io.trunkline.node.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BigIntegerNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NumericNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Map;

/**
 * Gives equal numbers one node, at any depth, so that trees are equal as JSON Schema means it (2020-12, section 4.2.2):
 * {@code 1} is {@code 1.0}. Whole numbers become integers, as far as they have few digits; others doubles or decimals
 * as {@link ExactNumbers} says.
 */
@SuppressWarnings("ReferenceEquality") // whether something has changed
final class EqualNumbers {

    private EqualNumbers() {}

    /** The tree itself where nothing changes, otherwise a copy. As deep as the tree: what comes here is bounded. */
    static JsonNode of(JsonNode tree) {
        if (tree.isObject()) {
            return of((ObjectNode) tree);
        }
        if (tree.isArray()) {
            return of((ArrayNode) tree);
        }
        return tree.isNumber() ? number(tree) : tree;
    }

    private static ObjectNode of(ObjectNode object) {
        ObjectNode copy = null;
        for (Map.Entry<String, JsonNode> member : object.properties()) {
            JsonNode next = of(member.getValue());
            if (next != member.getValue()) {
                copy = copy == null ? JsonNodeFactory.instance.objectNode().setAll(object) : copy;
                copy.set(member.getKey(), next);
            }
        }
        return copy == null ? object : copy;
    }

    private static ArrayNode of(ArrayNode array) {
        ArrayNode copy = null;
        for (int i = 0; i < array.size(); i++) {
            JsonNode next = of(array.get(i));
            if (next != array.get(i)) {
                copy = copy == null ? JsonNodeFactory.instance.arrayNode().addAll(array) : copy;
                copy.set(i, next);
            }
        }
        return copy == null ? array : copy;
    }

    private static JsonNode number(JsonNode number) {
        if (number.isInt()) {
            return number;
        }
        if (number.isIntegralNumber()) {
            return integer(number.bigIntegerValue(), number);
        }
        if (!number.isBigDecimal() && !Double.isFinite(number.doubleValue())) {
            return number;
        }
        BigDecimal value = number.decimalValue();
        BigDecimal plain = value.signum() == 0 ? BigDecimal.ZERO : value.stripTrailingZeros();
        if (plain.scale() <= 0 && plain.precision() - plain.scale() <= ExactNumbers.MOST_DIGITS) {
            return integer(plain.toBigIntegerExact(), number);
        }
        return number.isDouble() ? number : ExactNumbers.node(plain);
    }

    private static NumericNode integer(BigInteger value, JsonNode before) {
        if (value.bitLength() < Integer.SIZE) {
            return IntNode.valueOf(value.intValue());
        }
        if (value.bitLength() < Long.SIZE) {
            return before instanceof LongNode same ? same : LongNode.valueOf(value.longValue());
        }
        return before instanceof BigIntegerNode same ? same : BigIntegerNode.valueOf(value);
    }
}

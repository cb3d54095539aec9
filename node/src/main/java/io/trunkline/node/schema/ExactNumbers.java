package io.trunkline.node.schema;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ValueNode;
import java.math.BigDecimal;

/**
 * Makes trees whose numbers are what was written: a number with a fraction or an exponent is a double when the double's
 * own text means the same, and a decimal otherwise. Beyond {@link #MOST_DIGITS} before or behind the point it is a
 * double all the same, infinite or zero: a few characters are not to become an amount of work.
 */
public final class ExactNumbers extends JsonNodeFactory {

    private static final long serialVersionUID = 1;

    /** Digits before the point, and behind it. */
    public static final int MOST_DIGITS = 1000;

    private static final ExactNumbers INSTANCE = new ExactNumbers();

    private ExactNumbers() {
        super(true);
    }

    /** Reads trees like this. An exponent of ten digits and more is a {@link NumberFormatException}. */
    public static ObjectReader reader(ObjectMapper mapper) {
        return mapper.reader(INSTANCE).with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);
    }

    /** The node of a number. */
    static ValueNode node(BigDecimal number) {
        double rounded = number.doubleValue();
        boolean exact = Double.isFinite(rounded) && BigDecimal.valueOf(rounded).compareTo(number) == 0;
        boolean small = Math.abs((long) number.scale()) <= MOST_DIGITS;
        return exact || !small ? DoubleNode.valueOf(rounded) : DecimalNode.valueOf(number);
    }

    @Override
    public ValueNode numberNode(BigDecimal number) {
        return node(number);
    }
}

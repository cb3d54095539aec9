package io.trunkline.node.spi;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** One call of a tool. */
public interface ToolCall extends Call {

    /** The name of the tool that is called. */
    String tool();

    /**
     * The arguments; they conform to the tool's input schema. An empty object when the client sent none. Whole numbers
     * keep all their digits, others are doubles.
     */
    ObjectNode arguments();
}

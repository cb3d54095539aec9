package io.trunkline.node.spi;

import java.util.Map;

/** One request for suggestions while a user fills in an argument. */
public interface CompletionCall extends Call {

    /** The name of the argument, or of the template's variable. */
    String argument();

    /** What the user has written so far. */
    String value();

    /** The other arguments that are filled in already; empty for clients before 2025-06-18. */
    Map<String, String> context();
}

package io.trunkline.node.spi;

import java.util.Map;

/** One request for a prompt. */
public interface PromptCall extends Call {

    /** The name of the prompt. */
    String prompt();

    /** The arguments that the prompt has and the client gave; the required ones are there. */
    Map<String, String> arguments();
}

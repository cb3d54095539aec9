package io.trunkline.node.spi;

/** One message of a prompt. */
public record PromptMessage(Role role, Content content) {

    /** A text that the user says. */
    public static PromptMessage user(String text) {
        return new PromptMessage(Role.USER, new Content.Text(text));
    }

    /** A text that the assistant says. */
    public static PromptMessage assistant(String text) {
        return new PromptMessage(Role.ASSISTANT, new Content.Text(text));
    }
}

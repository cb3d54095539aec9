package io.trunkline.node.spi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects the parts of a {@link Prompt}; {@link #blocking} or {@link #async} makes it. */
public final class PromptBuilder {

    private final String name;
    private final List<PromptArgument> arguments = new ArrayList<>();
    private final List<Icon> icons = new ArrayList<>();
    private @Nullable String title;
    private @Nullable String description;
    private @Nullable ObjectNode meta;

    PromptBuilder(String name) {
        this.name = name;
    }

    public PromptBuilder title(String text) {
        title = text;
        return this;
    }

    public PromptBuilder description(String text) {
        description = text;
        return this;
    }

    public PromptBuilder argument(PromptArgument argument) {
        arguments.add(argument);
        return this;
    }

    /** An argument that must be given. */
    public PromptBuilder required(String argument, String what) {
        return argument(new PromptArgument(argument, null, what, true, null));
    }

    /** An argument that may be left out. */
    public PromptBuilder optional(String argument, String what) {
        return argument(new PromptArgument(argument, null, what, false, null));
    }

    /**
     * Suggests values for the argument that was added last.
     *
     * @throws IllegalStateException when there is none
     */
    public PromptBuilder complete(Handler.Async<CompletionCall, Completion> completer) {
        if (arguments.isEmpty()) {
            throw new IllegalStateException("completer of prompt " + name + ": no argument (expected: one before it)");
        }
        PromptArgument last = arguments.remove(arguments.size() - 1);
        return argument(new PromptArgument(last.name(), last.title(), last.description(), last.required(), completer));
    }

    public PromptBuilder icon(Icon icon) {
        icons.add(icon);
        return this;
    }

    public PromptBuilder meta(ObjectNode object) {
        meta = object;
        return this;
    }

    /** Makes the prompt with a handler that may block. */
    public Prompt blocking(Handler.Blocking<PromptCall, PromptResult> handler) {
        return build(handler);
    }

    /** Makes the prompt with a handler that never blocks. */
    public Prompt async(Handler.Async<PromptCall, PromptResult> handler) {
        return build(handler);
    }

    private Prompt build(Handler<PromptCall, PromptResult> handler) {
        return new Prompt(name, title, description, arguments, icons, meta, handler);
    }
}

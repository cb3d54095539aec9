package io.trunkline.node.spi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Collects the parts of a {@link ResourceTemplate}; {@link #blocking} or {@link #async} makes it. */
public final class ResourceTemplateBuilder {

    private final String uriTemplate;
    private final List<Icon> icons = new ArrayList<>();
    private final Map<String, Handler<CompletionCall, Completion>> completers = new HashMap<>();
    private String name;
    private @Nullable String title;
    private @Nullable String description;
    private @Nullable String mimeType;
    private Annotations annotations = Annotations.NONE;
    private @Nullable ObjectNode meta;

    ResourceTemplateBuilder(String uriTemplate) {
        this.uriTemplate = uriTemplate;
        this.name = uriTemplate;
    }

    public ResourceTemplateBuilder name(String text) {
        name = text;
        return this;
    }

    public ResourceTemplateBuilder title(String text) {
        title = text;
        return this;
    }

    public ResourceTemplateBuilder description(String text) {
        description = text;
        return this;
    }

    public ResourceTemplateBuilder mimeType(String type) {
        mimeType = type;
        return this;
    }

    public ResourceTemplateBuilder annotations(Annotations hints) {
        annotations = hints;
        return this;
    }

    public ResourceTemplateBuilder icon(Icon icon) {
        icons.add(icon);
        return this;
    }

    public ResourceTemplateBuilder meta(ObjectNode object) {
        meta = object;
        return this;
    }

    /** Suggests values for a variable. */
    public ResourceTemplateBuilder complete(String variable, Handler.Async<CompletionCall, Completion> completer) {
        completers.put(variable, completer);
        return this;
    }

    /** Makes the template with a handler that may block. */
    public ResourceTemplate blocking(Handler.Blocking<ReadCall, List<Content.ResourceContents>> handler) {
        return build(handler);
    }

    /** Makes the template with a handler that never blocks. */
    public ResourceTemplate async(Handler.Async<ReadCall, List<Content.ResourceContents>> handler) {
        return build(handler);
    }

    private ResourceTemplate build(Handler<ReadCall, List<Content.ResourceContents>> handler) {
        return new ResourceTemplate(
                uriTemplate, name, title, description, mimeType, annotations, icons, meta, completers, handler);
    }
}

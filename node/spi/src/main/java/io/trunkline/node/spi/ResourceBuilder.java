package io.trunkline.node.spi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Collects the parts of a {@link Resource}; the last four methods make it. Without a name, its URI is its name. */
public final class ResourceBuilder {

    private final String uri;
    private final List<Icon> icons = new ArrayList<>();
    private String name;
    private @Nullable String title;
    private @Nullable String description;
    private @Nullable String mimeType;
    private long size = -1;
    private Annotations annotations = Annotations.NONE;
    private @Nullable ObjectNode meta;

    ResourceBuilder(String uri) {
        this.uri = uri;
        this.name = uri;
    }

    public ResourceBuilder name(String text) {
        name = text;
        return this;
    }

    public ResourceBuilder title(String text) {
        title = text;
        return this;
    }

    public ResourceBuilder description(String text) {
        description = text;
        return this;
    }

    public ResourceBuilder mimeType(String type) {
        mimeType = type;
        return this;
    }

    /** In bytes, before any encoding. */
    public ResourceBuilder size(long bytes) {
        size = bytes;
        return this;
    }

    public ResourceBuilder annotations(Annotations hints) {
        annotations = hints;
        return this;
    }

    public ResourceBuilder icon(Icon icon) {
        icons.add(icon);
        return this;
    }

    public ResourceBuilder meta(ObjectNode object) {
        meta = object;
        return this;
    }

    /** Makes the resource with a handler that may block. */
    public Resource blocking(Handler.Blocking<ReadCall, List<Content.ResourceContents>> handler) {
        return build(handler);
    }

    /** Makes the resource with a handler that never blocks. */
    public Resource async(Handler.Async<ReadCall, List<Content.ResourceContents>> handler) {
        return build(handler);
    }

    /** Makes a resource that always reads the same. */
    public Resource text(String text) {
        return always(new Content.TextResource(uri, mimeType == null ? "" : mimeType, text));
    }

    /** Makes a resource that always reads the same. The array is not copied. */
    public Resource blob(byte[] data) {
        return always(new Content.BlobResource(uri, mimeType == null ? "" : mimeType, data));
    }

    private Resource always(Content.ResourceContents content) {
        List<Content.ResourceContents> parts = List.of(content);
        Handler.Async<ReadCall, List<Content.ResourceContents>> handler =
                read -> CompletableFuture.completedFuture(parts);
        return build(handler);
    }

    private Resource build(Handler<ReadCall, List<Content.ResourceContents>> handler) {
        return new Resource(uri, name, title, description, mimeType, size, annotations, icons, meta, handler);
    }
}

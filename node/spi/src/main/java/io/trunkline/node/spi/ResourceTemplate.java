package io.trunkline.node.spi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Many resources whose URIs have one form. Immutable.
 *
 * <p>Of RFC 6570 a template may have <code>{name}</code>, which stands for one or more characters without {@code /},
 * {@code ?} and {@code #}, and at most one <code>{+name}</code>, which may have slashes. Between two of them there is
 * text. At its end it may have <code>{?name,name}</code>: URIs may leave out any of these, and have the others in any
 * order. A URI that is a resource's own is that resource's; of several templates the one with the most text counts.
 *
 * @param uriTemplate such as <code>user://{id}/profile</code>, at most {@value Resource#MAX_URI} characters
 * @param name for programs
 * @param title a name for people; null for none
 * @param description tells the model what they are; null for none
 * @param mimeType of all of them; null when unknown or mixed
 * @param annotations hints for their use
 * @param icons pictures of them
 * @param meta told as {@code _meta} to clients since 2025-06-18; null for none
 * @param completers suggest values for variables, by their names
 * @param handler reads one: at least one part, or a {@link NotFoundException}
 */
public record ResourceTemplate(
        String uriTemplate,
        String name,
        @Nullable String title,
        @Nullable String description,
        @Nullable String mimeType,
        Annotations annotations,
        List<Icon> icons,
        @Nullable ObjectNode meta,
        Map<String, Handler<CompletionCall, Completion>> completers,
        Handler<ReadCall, List<Content.ResourceContents>> handler) {

    /**
     * Checks and copies; the form of the template is checked when the node starts.
     *
     * @throws IllegalArgumentException with the offending and the expected value
     */
    public ResourceTemplate {
        if (uriTemplate.length() > Resource.MAX_URI) {
            throw new IllegalArgumentException("resource template: " + uriTemplate.length()
                    + " characters (expected: at most " + Resource.MAX_URI + ")");
        }
        if (name.isBlank()) {
            throw new IllegalArgumentException(
                    "name of resource template " + uriTemplate + ": \"" + name + "\" (expected: not blank)");
        }
        icons = List.copyOf(icons);
        meta = meta == null ? null : meta.deepCopy();
        completers = Map.copyOf(completers);
    }

    /** Starts a template of this form. */
    public static ResourceTemplateBuilder of(String uriTemplate) {
        return new ResourceTemplateBuilder(uriTemplate);
    }
}

package io.trunkline.conformance;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.trunkline.node.spi.Completion;
import io.trunkline.node.spi.Content;
import io.trunkline.node.spi.Resource;
import io.trunkline.node.spi.ResourceTemplate;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The resources that the scenarios read. */
final class PackResources {

    /** The resource that changes. */
    static final String WATCHED = "test://watched-resource";

    private PackResources() {}

    static List<Resource> all() {
        return List.of(
                Resource.at("test://static-text")
                        .name("static-text")
                        .title("Static Text Resource")
                        .description("A static text resource for testing")
                        .mimeType("text/plain")
                        .text("This is the content of the static text resource."),
                Resource.at("test://static-binary")
                        .name("static-binary")
                        .title("Static Binary Resource")
                        .description("A static binary resource (image) for testing")
                        .mimeType("image/png")
                        .blob(Fixtures.png()),
                Resource.at(WATCHED)
                        .name("watched-resource")
                        .title("Watched Resource")
                        .description("A resource that auto-updates every 3 seconds")
                        .mimeType("text/plain")
                        .text("Watched resource content"));
    }

    static List<ResourceTemplate> templates() {
        return List.of(ResourceTemplate.of("test://template/{id}/data")
                .name("template")
                .title("Resource Template")
                .description("A resource template with parameter substitution")
                .mimeType("application/json")
                .complete(
                        "id",
                        call -> CompletableFuture.completedFuture(
                                Completion.startingWith(call.value(), List.of("1", "12", "123"))))
                .async(read -> {
                    String id = read.variables().getOrDefault("id", "");
                    String text = JsonNodeFactory.instance
                            .objectNode()
                            .put("id", id)
                            .put("templateTest", true)
                            .put("data", "Data for ID: " + id)
                            .toString();
                    return CompletableFuture.completedFuture(
                            List.of(new Content.TextResource(read.uri(), "application/json", text)));
                }));
    }
}

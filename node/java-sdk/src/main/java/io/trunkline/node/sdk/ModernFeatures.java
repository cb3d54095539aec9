package io.trunkline.node.sdk;

import io.modelcontextprotocol.json.McpJsonDefaults;
import io.modelcontextprotocol.json.schema.JsonSchemaValidator.ValidationResponse;
import io.modelcontextprotocol.modern.McpSchema.CacheScope;
import io.modelcontextprotocol.modern.server.McpFeature;
import io.modelcontextprotocol.modern.server.McpRequestContext;
import io.modelcontextprotocol.modern.server.feature.McpAsyncPrompt;
import io.modelcontextprotocol.modern.server.feature.McpAsyncPromptRepository;
import io.modelcontextprotocol.modern.server.feature.McpAsyncResource;
import io.modelcontextprotocol.modern.server.feature.McpAsyncResourceRepository;
import io.modelcontextprotocol.modern.server.feature.McpAsyncResourceTemplate;
import io.modelcontextprotocol.modern.server.feature.McpAsyncTool;
import io.modelcontextprotocol.modern.server.feature.McpAsyncToolRepository;
import io.modelcontextprotocol.modern.server.feature.PromptsFeature;
import io.modelcontextprotocol.modern.server.feature.PromptsPage;
import io.modelcontextprotocol.modern.server.feature.ResourcesFeature;
import io.modelcontextprotocol.modern.server.feature.ResourcesPage;
import io.modelcontextprotocol.modern.server.feature.ToolsFeature;
import io.modelcontextprotocol.modern.server.feature.ToolsPage;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Single specifications of the SDK for MCP 2026-07-28 as features of its server, without lists and schemas. */
final class ModernFeatures {

    private ModernFeatures() {}

    static McpFeature of(McpAsyncTool tool) {
        McpAsyncToolRepository only = new McpAsyncToolRepository() {
            @Override
            public Mono<ToolsPage> list(McpRequestContext context, @Nullable String cursor) {
                return Mono.just(ToolsPage.of(List.of()));
            }

            @Override
            public Mono<McpAsyncTool> find(McpRequestContext context, String name) {
                return Mono.just(tool);
            }
        };
        return ToolsFeature.ofAsync(
                only,
                McpJsonDefaults.getMapper(),
                (schema, value) -> ValidationResponse.asValid(""),
                0,
                CacheScope.PRIVATE);
    }

    static McpFeature of(McpAsyncResource resource, @Nullable McpAsyncResourceTemplate template) {
        return ResourcesFeature.ofAsync(new McpAsyncResourceRepository() {
            @Override
            public Mono<ResourcesPage> list(McpRequestContext context, @Nullable String cursor) {
                return Mono.just(ResourcesPage.of(List.of()));
            }

            @Override
            public Mono<McpAsyncResource> find(McpRequestContext context, String uri) {
                return Mono.just(resource);
            }

            @Override
            public Mono<McpAsyncResourceTemplate> findTemplate(McpRequestContext context, String uriTemplate) {
                return Mono.justOrEmpty(template);
            }

            @Override
            public boolean supportsCompletion() {
                return template != null && template.completionHandler() != null;
            }
        });
    }

    static McpFeature of(McpAsyncPrompt prompt) {
        return PromptsFeature.ofAsync(new McpAsyncPromptRepository() {
            @Override
            public Mono<PromptsPage> list(McpRequestContext context, @Nullable String cursor) {
                return Mono.just(PromptsPage.of(List.of()));
            }

            @Override
            public Mono<McpAsyncPrompt> find(McpRequestContext context, String name) {
                return Mono.just(prompt);
            }

            @Override
            public boolean supportsCompletion() {
                return prompt.completionHandler() != null;
            }
        });
    }
}

package io.trunkline.node.sdk;

import io.modelcontextprotocol.modern.server.McpAsyncNotifier;
import io.modelcontextprotocol.modern.server.McpAsyncResponse;
import io.modelcontextprotocol.modern.server.McpSyncNotifier;
import io.modelcontextprotocol.modern.server.McpSyncResponse;
import io.modelcontextprotocol.modern.server.feature.McpAsyncCompletionHandler;
import io.modelcontextprotocol.modern.server.feature.McpAsyncPrompt;
import io.modelcontextprotocol.modern.server.feature.McpAsyncResource;
import io.modelcontextprotocol.modern.server.feature.McpAsyncResourceTemplate;
import io.modelcontextprotocol.modern.server.feature.McpAsyncTool;
import io.modelcontextprotocol.modern.server.feature.McpSyncCompletionHandler;
import io.modelcontextprotocol.modern.server.feature.McpSyncPrompt;
import io.modelcontextprotocol.modern.server.feature.McpSyncResource;
import io.modelcontextprotocol.modern.server.feature.McpSyncResourceTemplate;
import io.modelcontextprotocol.modern.server.feature.McpSyncTool;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Sync specifications as async ones that block the thread which subscribes to them. That thread is the call's own: it
 * is interrupted when the call is cancelled.
 */
final class ModernSync {

    private ModernSync() {}

    static McpAsyncTool of(McpSyncTool tool) {
        return McpAsyncTool.of(
                tool.definition(),
                tool.requiredCapabilities(),
                (context, request) -> respond(() -> tool.handler().call(context, request)));
    }

    static McpAsyncResource of(McpSyncResource resource) {
        return McpAsyncResource.of(
                resource.requiredCapabilities(),
                (context, request) -> respond(() -> resource.handler().read(context, request)));
    }

    static McpAsyncResourceTemplate of(McpSyncResourceTemplate template) {
        McpAsyncResourceTemplate async = McpAsyncResourceTemplate.of(template.definition());
        McpAsyncCompletionHandler completer = of(template.completionHandler());
        return completer == null ? async : async.withCompletionHandler(completer);
    }

    static McpAsyncPrompt of(McpSyncPrompt prompt) {
        McpAsyncPrompt async = McpAsyncPrompt.of(
                prompt.definition(),
                prompt.requiredCapabilities(),
                (context, request) -> respond(() -> prompt.handler().get(context, request)));
        McpAsyncCompletionHandler completer = of(prompt.completionHandler());
        return completer == null ? async : async.withCompletionHandler(completer);
    }

    private static @Nullable McpAsyncCompletionHandler of(@Nullable McpSyncCompletionHandler completer) {
        return completer == null
                ? null
                : (context, request) -> Mono.fromCallable(() -> completer.complete(context, request));
    }

    private static <O> Mono<McpAsyncResponse<O>> respond(Callable<McpSyncResponse<O>> handler) {
        return Mono.fromCallable(() -> {
            McpSyncResponse<O> response = handler.call();
            if (response instanceof McpSyncResponse.Streaming<O> streaming) {
                return McpAsyncResponse.streaming(
                        notifier -> Mono.fromCallable(() -> streaming.body().run(new Blocking(notifier))));
            }
            return McpAsyncResponse.result(((McpSyncResponse.Result<O>) response).result());
        });
    }

    private record Blocking(McpAsyncNotifier notifier) implements McpSyncNotifier {

        @Override
        public void progress(double progress, @Nullable Double total, @Nullable String message) {
            notifier.progress(progress, total, message).block();
        }

        @Override
        public void notify(String method, @Nullable Object params) {
            notifier.notify(method, params).block();
        }
    }
}

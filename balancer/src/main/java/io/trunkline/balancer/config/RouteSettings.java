package io.trunkline.balancer.config;

import io.trunkline.protocol.member.Expect;
import org.jspecify.annotations.Nullable;

/**
 * Which requests of a listener go to which pool. All that is said must hold; the first route for which it does counts.
 *
 * @param host the request's host without its port; {@code *.example.com} stands for all below; empty: any
 * @param path what its path begins with, whole segments; {@code /} for any
 * @param header a header that it must have; null: none
 * @param method the MCP method that it must call; empty: any
 * @param tool the tool, prompt or URI that it must name; empty: any
 * @param canary which part goes to another pool; null: none
 */
public record RouteSettings(
        String listener,
        String host,
        String path,
        @Nullable Header header,
        String method,
        String tool,
        String pool,
        @Nullable Canary canary) {
    /**
     * A header and its value.
     *
     * @param value empty: any
     */
    public record Header(String name, String value) {
        public Header {
            Expect.that(
                    name.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}"),
                    "header.name",
                    '"' + name + '"',
                    "a header's name");
        }
    }

    /**
     * A second pool that gets a part.
     *
     * @param header of which requests go there whatever the percentage; null: none do
     */
    public record Canary(
            String pool, double percent, @Nullable Header header) {}

    public RouteSettings {
        Expect.that(
                host.isEmpty() || host.matches("(\\*\\.)?[A-Za-z0-9._-]+|\\[[0-9a-fA-F:.]+]"),
                "host",
                host,
                "a host without a port, or *.example.com");
        Expect.that(path.matches("/[!-~&&[^?#]]*"), "path", '"' + path + '"', "a path such as /api");
        Expect.that(
                tool.isEmpty() || !method.isEmpty(),
                "method",
                "\"\"",
                "a method, because a tool is named by one: tools/call");
        Expect.that(
                canary == null || !canary.pool().equals(pool),
                "canary.pool",
                pool,
                "another pool than the route's own");
    }

    static RouteSettings from(BlockSettings block) {
        return block.read(() -> new RouteSettings(
                block.text("listener"),
                block.text("host", ""),
                block.text("path", "/"),
                header(block.blockOrNull("header")),
                block.text("method", ""),
                block.text("tool", ""),
                block.text("pool"),
                canary(block.blockOrNull("canary"))));
    }

    private static @Nullable Header header(@Nullable BlockSettings block) {
        return block == null ? null : block.read(() -> new Header(block.text("name"), block.text("value", "")));
    }

    private static @Nullable Canary canary(@Nullable BlockSettings block) {
        return block == null
                ? null
                : block.read(() ->
                        new Canary(block.text("pool"), block.percent("percent"), header(block.blockOrNull("header"))));
    }
}

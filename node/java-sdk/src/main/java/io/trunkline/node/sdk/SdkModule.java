package io.trunkline.node.sdk;

/**
 * A source of specifications that were written for the official MCP Java SDK, found by {@link java.util.ServiceLoader}
 * when a node starts. Every node of a cluster should have the same ones.
 *
 * <pre>{@code
 * public final class Weather implements SdkModule {
 *     @Override
 *     public void register(SdkServer server) {
 *         server.addTool(FORECAST);
 *     }
 * }
 * }</pre>
 */
@FunctionalInterface
public interface SdkModule {

    /**
     * Gives its specifications to the server, which it may keep to change them later. Called once. A module that throws
     * is left out, with what it has added by then: the node names it in its log and its metrics.
     */
    void register(SdkServer server);
}

package io.trunkline.node.mcp;

import io.trunkline.node.mcp.kit.McpSettings;
import java.time.Duration;

/** Settings that differ from the defaults in one thing. */
final class TestSettings {

    private TestSettings() {}

    static McpSettings with(McpSettings.Limits limits) {
        McpSettings d = McpSettings.DEFAULT;
        return new McpSettings(
                d.server(),
                limits,
                d.json(),
                d.tools(),
                d.clientRequests(),
                d.pageSize(),
                d.logLevel(),
                d.stateless(),
                d.tasks(),
                d.changes());
    }

    static McpSettings withInFlight(int running, int waiting) {
        return with(new McpSettings.Limits(running, waiting, 1 << 20, 100, 4 << 20));
    }

    static McpSettings withPageSize(int pageSize) {
        McpSettings d = McpSettings.DEFAULT;
        return new McpSettings(
                d.server(),
                d.limits(),
                d.json(),
                d.tools(),
                d.clientRequests(),
                pageSize,
                d.logLevel(),
                d.stateless(),
                d.tasks(),
                d.changes());
    }

    static McpSettings withTimeout(Duration timeout) {
        return with(new McpSettings.Tools(timeout, 100, 2, 2));
    }

    static McpSettings with(McpSettings.Tools tools) {
        McpSettings d = McpSettings.DEFAULT;
        return new McpSettings(
                d.server(),
                d.limits(),
                d.json(),
                tools,
                d.clientRequests(),
                d.pageSize(),
                d.logLevel(),
                d.stateless(),
                d.tasks(),
                d.changes());
    }

    static McpSettings with(McpSettings.ClientRequests clientRequests) {
        McpSettings d = McpSettings.DEFAULT;
        return new McpSettings(
                d.server(),
                d.limits(),
                d.json(),
                d.tools(),
                clientRequests,
                d.pageSize(),
                d.logLevel(),
                d.stateless(),
                d.tasks(),
                d.changes());
    }

    static McpSettings with(McpSettings.Tasks tasks) {
        McpSettings d = McpSettings.DEFAULT;
        return new McpSettings(
                d.server(),
                d.limits(),
                d.json(),
                d.tools(),
                d.clientRequests(),
                d.pageSize(),
                d.logLevel(),
                d.stateless(),
                tasks,
                d.changes());
    }
}

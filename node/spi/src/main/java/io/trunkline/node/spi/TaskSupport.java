package io.trunkline.node.spi;

/**
 * Whether calls of a tool run as tasks: the client gets a handle at once and asks for the result later (MCP extension
 * {@code io.modelcontextprotocol/tasks}, SEP-2663). Only clients that declare the extension get tasks.
 */
public enum TaskSupport {
    /** Calls are answered with their result. */
    NEVER,
    /** Calls of clients that know tasks become tasks; others are answered with their result. */
    OPTIONAL,
    /** Calls of clients that know tasks become tasks; others are refused. */
    REQUIRED
}

package io.trunkline.node.spi;

/**
 * A directory that the client works on.
 *
 * @param uri a {@code file:} URI, as the client wrote it
 * @param name for people; empty for none
 */
public record Root(String uri, String name) {}

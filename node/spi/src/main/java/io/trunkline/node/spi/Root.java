package io.trunkline.node.spi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * A directory that the client works on.
 *
 * @param uri a {@code file:} URI, as the client wrote it
 * @param name for people; empty for none
 * @param meta what the client sent as its {@code _meta}; null for nothing. Do not change it.
 */
public record Root(String uri, String name, @Nullable ObjectNode meta) {}

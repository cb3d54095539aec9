package io.trunkline.node.spi;

import java.util.Map;

/** One reading of a resource. */
public interface ReadCall extends Call {

    /**
     * The URI that the client wants to read, at most 2,048 characters; a template's variables are still encoded in it.
     */
    String uri();

    /**
     * The variables of the template by name, decoded, without those of a query that the URI leaves out; empty for a
     * resource that has its URI for itself. The client chose their values, {@code ../} included.
     */
    Map<String, String> variables();
}

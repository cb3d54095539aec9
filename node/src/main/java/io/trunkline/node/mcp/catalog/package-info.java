/**
 * What modules offer: tools, resources, templates and prompts, found by name and listed in pages.
 *
 * <p>Fed by the providers of {@code spi}; asked by the methods. Start reading at
 * {@link io.trunkline.node.mcp.catalog.Catalog}.
 */
@NullMarked
package io.trunkline.node.mcp.catalog;

import org.jspecify.annotations.NullMarked;

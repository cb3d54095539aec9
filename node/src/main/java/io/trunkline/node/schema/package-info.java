/**
 * JSON Schemas of tools: compiled once, asked for each call and result. Fed by the engine; stands on the validator of
 * networknt and on {@code pattern}. Start reading at {@link io.trunkline.node.schema.Schema}.
 */
@NullMarked
package io.trunkline.node.schema;

import org.jspecify.annotations.NullMarked;

package io.trunkline.protocol.control;

/**
 * The answer to {@link NodeDrains}.
 *
 * @param incarnation the uid of the unique address of the node that has noted it
 */
public record DrainNoted(long incarnation) implements ControlMessage {}

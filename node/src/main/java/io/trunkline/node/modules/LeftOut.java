package io.trunkline.node.modules;

/**
 * Something that a module brings and that the node does not offer, because it cannot be used.
 *
 * @param kind {@code module}, {@code tool}, {@code resource}, {@code resource template} or {@code prompt}
 * @param name by which clients would ask for it; of a module the class, as far as it is known
 * @param provider the class that offers it
 * @param problem what is wrong with it
 */
public record LeftOut(String kind, String name, String provider, String problem) {}

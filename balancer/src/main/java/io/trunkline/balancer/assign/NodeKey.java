package io.trunkline.balancer.assign;

/**
 * One life of one node.
 *
 * @param name the member's name
 * @param incarnation tells two lives of the same name apart
 */
public record NodeKey(String name, long incarnation) implements Comparable<NodeKey> {
    @Override
    public int compareTo(NodeKey other) {
        int byName = name.compareTo(other.name);
        return byName != 0 ? byName : Long.compare(incarnation, other.incarnation);
    }

    @Override
    public String toString() {
        return name + "#" + Long.toHexString(incarnation);
    }
}

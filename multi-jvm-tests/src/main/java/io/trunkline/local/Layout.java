package io.trunkline.local;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What a cluster is to be.
 *
 * @param root the directory of the repository, with its modules packaged
 * @param directory of the logs; made when it is missing
 * @param nodes that are there from the start: {@code node-1} and up
 * @param balancers that share the port for clients: {@code balancer-1} and up
 * @param settings further environment variables for all members, such as {@code TRUNKLINE_POLICY}
 * @param nodeClassPath directories and jars with tools that the nodes are to offer besides their own
 */
public record Layout(
        Path root, Path directory, int nodes, int balancers, Map<String, String> settings, List<Path> nodeClassPath) {

    public Layout {
        root = root.toAbsolutePath().normalize();
        directory = directory.toAbsolutePath().normalize();
        settings = Map.copyOf(settings);
        nodeClassPath = List.copyOf(nodeClassPath);
    }
}

package io.trunkline.example;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The jar of modules that were written for the Java SDK, and the jars that they need on a node. */
final class SdkModuleJar {

    private static final Path BUILT = Path.of("..", "node", "java-sdk", "target");
    private static final List<String> CLASSES = List.of("Booking", "Shelf");
    private static final String SERVICE = "META-INF/services/io.trunkline.node.sdk.SdkModule";

    private SdkModuleJar() {}

    /** Makes the jar in a directory, which is made when it is missing, and returns where it is. */
    static Path make(Path directory) throws IOException {
        Files.createDirectories(directory);
        Path jar = directory.resolve("booking.jar").toAbsolutePath();
        Files.deleteIfExists(jar);
        try (FileSystem inside = FileSystems.newFileSystem(jar, Map.of("create", "true"))) {
            Files.createDirectories(inside.getPath("com", "example"));
            Files.createDirectories(inside.getPath("META-INF", "services"));
            Path classes = BUILT.resolve("test-classes").resolve("com").resolve("example");
            for (String name : CLASSES) {
                Files.copy(classes.resolve(name + ".class"), inside.getPath("com", "example", name + ".class"));
            }
            Files.writeString(
                    inside.getPath(SERVICE),
                    CLASSES.stream().map(name -> "com.example." + name + "\n").collect(joining()),
                    UTF_8);
        }
        return jar;
    }

    /** The adapter and the SDK. */
    static List<Path> needs() throws IOException {
        List<Path> jars = new ArrayList<>();
        for (Path directory : List.of(BUILT, BUILT.resolve("lib"))) {
            try (Stream<Path> files = Files.list(directory)) {
                files.filter(file -> file.toString().endsWith(".jar"))
                        .map(Path::toAbsolutePath)
                        .forEach(jars::add);
            }
        }
        return jars;
    }
}

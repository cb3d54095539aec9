package io.trunkline.local;

import io.trunkline.local.MemberPlan.Role;
import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command line of a member: this JVM's own java, small limits, and the jars as the build packs them. */
final class MemberCommand {

    /** Small, because several members share the build's cores; the first three only silence newer JVMs. */
    private static final List<String> FLAGS = List.of(
            "-XX:+IgnoreUnrecognizedVMOptions",
            "--sun-misc-unsafe-memory-access=allow",
            "--enable-native-access=ALL-UNNAMED",
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1");

    private MemberCommand() {}

    /**
     * The command for a member of this role.
     *
     * @param root the directory of the repository
     * @param more directories and jars that a node finds on its class path besides its own
     * @throws IllegalStateException when its module has not been packaged
     */
    static List<String> of(Role role, Path root, List<Path> more) throws IOException {
        Path target = root.resolve(role.label).resolve("target");
        Path libraries = target.resolve("lib");
        if (!Files.isDirectory(libraries)) {
            throw new IllegalStateException(libraries + " is missing: run mvn package first");
        }
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(FLAGS);
        command.add("-cp");
        StringBuilder classPath = new StringBuilder()
                .append(jarIn(target, "trunkline-" + role.label + "-"))
                .append(File.pathSeparator)
                .append(libraries.resolve("*"));
        if (role == Role.NODE) {
            more.forEach(path -> classPath.append(File.pathSeparator).append(path));
        }
        command.add(classPath.toString());
        command.add(role.mainClass);
        return command;
    }

    private static Path jarIn(Path target, String prefix) throws IOException {
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(target, prefix + "*.jar")) {
            for (Path jar : jars) {
                return jar;
            }
        }
        throw new IllegalStateException(target.resolve(prefix + "*.jar") + " is missing: run mvn package first");
    }
}

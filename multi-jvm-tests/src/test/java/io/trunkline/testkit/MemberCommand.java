package io.trunkline.testkit;

import io.trunkline.testkit.MemberPlan.Role;
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
     * @throws IllegalStateException when its module has not been packaged
     */
    static List<String> of(Role role) throws IOException {
        Path target = Path.of("..", role.label, "target").toAbsolutePath().normalize();
        Path libraries = target.resolve("lib");
        if (!Files.isDirectory(libraries)) {
            throw new IllegalStateException(libraries + " is missing: run mvn package first");
        }
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(FLAGS);
        command.add("-cp");
        command.add(jarIn(target, "trunkline-" + role.label + "-") + File.pathSeparator + libraries.resolve("*"));
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

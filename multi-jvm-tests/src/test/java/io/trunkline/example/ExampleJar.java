package io.trunkline.example;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import javax.tools.ToolProvider;

/** The jar of the example as Maven has made it, and new versions of it. */
final class ExampleJar {

    private static final Path PROJECT = Path.of("example");
    private static final Path BUILT = PROJECT.resolve(Path.of("target", "text-tools.jar"));
    private static final Path PACKAGE = Path.of("com", "example");

    private ExampleJar() {}

    /** Copies the jar into a directory of modules, which is made when it is missing, and returns where it is. */
    static Path dropInto(Path modules) throws IOException {
        Files.createDirectories(modules);
        Path jar = modules.resolve(BUILT.getFileName());
        return Files.copy(BUILT, jar, StandardCopyOption.REPLACE_EXISTING);
    }

    /**
     * Replaces a dropped jar by one whose class was compiled from a changed source. The old file stays for those who
     * have it open, as it does when an operator moves a new jar over an old one.
     */
    static void replaceWithChanged(Path jar, String className, String before, String after) throws IOException {
        Path work = jar.resolveSibling("work");
        Path source = work.resolve(className + ".java");
        Path original = PROJECT.resolve(Path.of("src", "main", "java")).resolve(PACKAGE);
        String text = Files.readString(original.resolve(className + ".java"));
        if (!text.contains(before)) {
            throw new AssertionError(className + " has no " + before + " to change");
        }
        Files.createDirectories(work);
        Files.writeString(source, text.replace(before, after));
        compile(source, work);
        Path changed = Files.copy(jar, work.resolve("changed.jar"), StandardCopyOption.REPLACE_EXISTING);
        try (FileSystem inside = FileSystems.newFileSystem(changed)) {
            String file = className + ".class";
            Files.copy(
                    work.resolve(PACKAGE).resolve(file),
                    inside.getPath(PACKAGE.toString()).resolve(file),
                    StandardCopyOption.REPLACE_EXISTING);
        }
        Files.move(changed, jar, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    private static void compile(Path source, Path target) {
        List<String> arguments = List.of(
                "-proc:none",
                "--release",
                "17",
                "-cp",
                System.getProperty("java.class.path"),
                "-d",
                target.toString(),
                source.toString());
        InputStream in = new ByteArrayInputStream(new byte[0]);
        OutputStream out = System.out;
        int code = ToolProvider.getSystemJavaCompiler().run(in, out, System.err, arguments.toArray(String[]::new));
        if (code != 0) {
            throw new AssertionError("javac ended with " + code);
        }
    }
}

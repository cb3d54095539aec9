package io.trunkline.node.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What modules are compiled against is what {@code signatures.txt} records: docs/TOOLS.md says what may change when.
 */
class SignaturesTest {
    private static final Path RECORDED = Path.of("src", "test", "signatures.txt");

    @Test
    void noSignatureChangesWithoutBeingSaid() throws IOException, URISyntaxException {
        List<String> now = signatures();
        if ("record".equals(System.getenv("SIGNATURES"))) {
            Files.write(RECORDED, now);
        }
        List<String> recorded = Files.readAllLines(RECORDED);
        TreeSet<String> gone = new TreeSet<>(recorded);
        now.forEach(gone::remove);
        TreeSet<String> fresh = new TreeSet<>(now);
        recorded.forEach(fresh::remove);
        assertThat(gone.isEmpty() && fresh.isEmpty())
                .as(
                        "Signatures that modules use have changed.%nGone:%n%s%nNew:%n%s%nIf docs/TOOLS.md (What stays as it is)"
                                + " allows it, say so in CHANGELOG.md, run this test with SIGNATURES=record in the"
                                + " environment, and commit %s.",
                        lines(gone), lines(fresh), RECORDED)
                .isTrue();
    }

    private static String lines(Collection<String> signatures) {
        return signatures.stream().map(signature -> "  " + signature).collect(Collectors.joining("\n"));
    }

    private static List<String> signatures() throws IOException, URISyntaxException {
        Path classes = Path.of(
                Tool.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        String room = SignaturesTest.class.getPackageName();
        try (Stream<Path> files = Files.list(classes.resolve(room.replace('.', '/')))) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> name.endsWith(".class") && !name.equals("package-info.class"))
                    .map(name -> type(room + "." + name.substring(0, name.length() - ".class".length())))
                    .filter(SignaturesTest::visible)
                    .flatMap(SignaturesTest::signaturesOf)
                    .sorted()
                    .toList();
        }
    }

    private static Class<?> type(String name) {
        try {
            return Class.forName(name, false, SignaturesTest.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new AssertionError(name, e);
        }
    }

    private static boolean visible(Class<?> type) {
        Class<?> outer = type.getEnclosingClass();
        return visible(type.getModifiers()) && !type.isAnonymousClass() && (outer == null || visible(outer));
    }

    private static boolean visible(int modifiers) {
        return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
    }

    private static Stream<String> signaturesOf(Class<?> type) {
        Stream<Executable> code =
                Stream.concat(Arrays.stream(type.getDeclaredConstructors()), Arrays.stream(type.getDeclaredMethods()));
        return Stream.of(
                        Stream.of(head(type)),
                        code.filter(member -> visible(member.getModifiers()) && !member.isSynthetic())
                                .map(Executable::toGenericString),
                        Arrays.stream(type.getDeclaredFields())
                                .filter(field -> visible(field.getModifiers()) && !field.isSynthetic())
                                .map(Field::toGenericString))
                .flatMap(signatures -> signatures)
                .map(signature -> type.getSimpleName() + ": " + signature);
    }

    private static String head(Class<?> type) {
        String kind = type.isRecord()
                ? "record"
                : type.isEnum()
                        ? "enum"
                        : type.isAnnotation() ? "annotation" : type.isInterface() ? "interface" : "class";
        String bounds = Arrays.stream(type.getTypeParameters())
                .map(parameter -> parameter + " extends " + List.of(parameter.getBounds()))
                .collect(Collectors.joining(", "));
        String parents = Stream.concat(
                        Stream.ofNullable(type.getGenericSuperclass()), Arrays.stream(type.getGenericInterfaces()))
                .map(Type::getTypeName)
                .collect(Collectors.joining(", "));
        return Modifier.toString(type.getModifiers()) + " " + (type.isSealed() ? "sealed " : "") + kind + " "
                + type.getName() + (bounds.isEmpty() ? "" : "<" + bounds + ">") + " of " + parents;
    }
}

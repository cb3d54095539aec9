package io.trunkline.documents;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The page of settings says what the reference.conf files say. {@code -Dtrunkline.settings.write=true} writes it anew:
 * {@code mvn -pl multi-jvm-tests -am test -Dtest=SettingsPageTest -Dsurefire.failIfNoSpecifiedTests=false
 * -Dtrunkline.settings.write=true}.
 */
class SettingsPageTest {
    private static final Path ROOT = Path.of("..");
    private static final Path PAGE = ROOT.resolve("docs/operate/settings.md");
    private static final String TABLE = "\n| key | variable | default | |\n|---|---|---|---|\n";
    private static final int MOST_KEYS = 100;

    /** The settings of one file, and what the page calls them. */
    private record Part(String title, String section, String file) {
        ReferenceKeys keys() throws IOException {
            return ReferenceKeys.read(ROOT.resolve(file));
        }
    }

    private static final List<Part> PARTS = List.of(
            new Part("Every member", "trunkline.member", "protocol/member/src/main/resources/reference.conf"),
            new Part("Balancer", "trunkline.balancer", "balancer/src/main/resources/reference.conf"),
            new Part("Node", "trunkline.node", "node/src/main/resources/reference.conf"));

    @Test
    void thePageOfSettingsIsWhatTheFilesSay() throws IOException {
        String page = Files.readString(PAGE);
        int begin = page.indexOf("\n## ");
        String written = page.substring(0, begin) + tables();
        if (Boolean.getBoolean("trunkline.settings.write")) {
            Files.writeString(PAGE, written);
            return;
        }
        assertThat(page)
                .as("docs/operate/settings.md, which -Dtrunkline.settings.write=true writes anew")
                .isEqualTo(written);
    }

    @Test
    void noMoreKeysThanAPersonCanLookThrough() throws IOException {
        List<String> keys = new ArrayList<>();
        for (Part part : PARTS) {
            part.keys().entries().forEach(one -> keys.add(part.section() + "." + one.key()));
        }
        assertThat(keys).doesNotHaveDuplicates().hasSizeBetween(50, MOST_KEYS);
    }

    @Test
    void everyKeyAndEveryVariableIsExplained() throws IOException {
        for (Part part : PARTS) {
            ReferenceKeys keys = part.keys();
            for (ReferenceKeys.Entry one : keys.entries()) {
                assertThat(one.comment() + keys.about(parent(one.key())))
                        .as(part.section() + "." + one.key())
                        .isNotEmpty();
            }
        }
    }

    private static String tables() throws IOException {
        StringBuilder page = new StringBuilder();
        for (Part part : PARTS) {
            page.append("\n## ")
                    .append(part.title())
                    .append(": `")
                    .append(part.section())
                    .append(".`\n");
            append(part.keys(), page);
        }
        return page.toString();
    }

    /** The keys of the part itself first, then each section with its own. */
    private static void append(ReferenceKeys keys, StringBuilder page) {
        Map<String, List<ReferenceKeys.Entry>> sections = new LinkedHashMap<>();
        sections.put("", new ArrayList<>());
        keys.entries()
                .forEach(one -> sections.computeIfAbsent(parent(one.key()), section -> new ArrayList<>())
                        .add(one));
        sections.forEach((section, entries) -> {
            if (!section.isEmpty()) {
                page.append("\n### `").append(section).append("`\n");
            }
            if (!keys.about(section).isEmpty() && !section.isEmpty()) {
                page.append('\n').append(text(keys.about(section))).append('\n');
            }
            if (!entries.isEmpty()) {
                page.append(TABLE);
            }
            entries.forEach(one -> page.append(row(keys, one)));
        });
    }

    private static String row(ReferenceKeys keys, ReferenceKeys.Entry one) {
        String variable = one.variable().isEmpty() ? "" : "`" + one.variable() + "`";
        return "| `" + one.key() + "` | " + variable + " | " + value(keys, one) + " | " + text(one.comment()) + " |\n";
    }

    /** As Markdown shows it in a table. */
    private static String text(String comment) {
        return comment.replace("|", "\\|").replace("<", "&lt;");
    }

    private static String value(ReferenceKeys keys, ReferenceKeys.Entry one) {
        if (!one.value().isEmpty()) {
            return one.value().equals("\"\"") ? "" : "`" + one.value().replace("\"", "") + "`";
        }
        String node = keys.ofRole("node", one.key()).replace("\"", "");
        String balancer = keys.ofRole("balancer", one.key()).replace("\"", "");
        return node.equals(balancer) ? "`" + node + "`" : "node: `" + node + "`, balancer: `" + balancer + "`";
    }

    private static String parent(String key) {
        int dot = key.lastIndexOf('.');
        return dot < 0 ? "" : key.substring(0, dot);
    }
}

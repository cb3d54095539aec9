package io.trunkline.example;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What docs/TOOLS.md shows of the example is what the example has. */
final class ToolsPageTest {

    private static final Path PROJECT = Path.of("example");
    private static final Path PAGE = Path.of("..", "docs", "TOOLS.md");

    /** The file of an example, named in backticks, and then its text. */
    private static final Pattern LISTING = Pattern.compile(
            "`(src/main/[^`\\n]+|pom\\.xml)`[^`]*(?:`[^`\\n]+`[^`]*)*\\n```[a-z]*\\n(.*?)```\\n", Pattern.DOTALL);

    /** What the build around the example adds to its pom. */
    private static final Pattern OF_THE_BUILD_AROUND =
            Pattern.compile(" *<!-- Not in docs/TOOLS.md.*<!-- End of what is not there. -->\\n", Pattern.DOTALL);

    @Test
    void showsEveryFileOfTheExampleAsItIs() throws IOException {
        Map<String, String> listings = new LinkedHashMap<>();
        Matcher listing = LISTING.matcher(Files.readString(PAGE));
        while (listing.find()) {
            listings.put(listing.group(1), listing.group(2));
        }

        assertThat(listings.keySet())
                .containsExactly(
                        "pom.xml",
                        "src/main/java/com/example/TextTools.java",
                        "src/main/resources/META-INF/services/io.trunkline.node.spi.ToolProvider",
                        "src/main/java/com/example/Dictation.java",
                        "src/main/java/com/example/Greeting.java");
        listings.forEach((file, text) -> {
            String actual = OF_THE_BUILD_AROUND.matcher(read(file)).replaceFirst("");
            if (file.endsWith("ToolProvider")) {
                assertThat(actual).as(file).startsWith(text); // further lines come with further tools
            } else {
                assertThat(text).as(file).isEqualTo(actual);
            }
        });
    }

    @Test
    void namesEveryProviderOfTheExample() throws IOException {
        String page = Files.readString(PAGE);
        assertThat(read("src/main/resources/META-INF/services/io.trunkline.node.spi.ToolProvider")
                        .lines())
                .hasSize(3)
                .allSatisfy(name -> assertThat(page).contains(name));
    }

    @Test
    void theExampleAsksForTheVersionOfThisBuild() {
        Pattern version = Pattern.compile("<artifactId>trunkline</artifactId>\\s*<version>([^<]+)</version>");
        Matcher ours = version.matcher(read("../../pom.xml"));
        Matcher asked = version.matcher(read("pom.xml"));
        assertThat(ours.find()).isTrue();
        assertThat(asked.find()).isTrue();
        assertThat(asked.group(1)).isEqualTo(ours.group(1));
    }

    private static String read(String file) {
        try {
            return Files.readString(PROJECT.resolve(file));
        } catch (IOException e) {
            throw new AssertionError("cannot read " + file, e);
        }
    }
}

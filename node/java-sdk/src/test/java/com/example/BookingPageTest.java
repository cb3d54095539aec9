package com.example;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What docs/TOOLS.md shows is what the tests run. */
class BookingPageTest {

    @Test
    void thePageShowsTheModuleAsItIs() throws IOException {
        String source = Files.readString(Path.of("src", "test", "java", "com", "example", "Booking.java"));
        assertThat(Files.readString(Path.of("..", "..", "docs", "TOOLS.md"))).contains("```java\n" + source + "```\n");
    }
}

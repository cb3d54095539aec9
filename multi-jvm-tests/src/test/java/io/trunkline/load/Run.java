package io.trunkline.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;

/** One run of the load generator inside this JVM: what it printed and how it ended. */
record Run(int exitCode, String out, String err) {
    static Run of(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        LoadMain main = new LoadMain(new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8), false);
        int exitCode = LoadMain.run(main, arguments);
        return new Run(exitCode, out.toString(UTF_8), err.toString(UTF_8));
    }

    JsonNode json() throws IOException {
        return new ObjectMapper().readTree(out);
    }
}

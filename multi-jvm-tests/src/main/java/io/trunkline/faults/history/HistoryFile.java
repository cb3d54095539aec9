package io.trunkline.faults.history;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.trunkline.faults.history.Event.Closed;
import io.trunkline.faults.history.Event.Mark;
import io.trunkline.faults.history.Event.Operation;
import io.trunkline.faults.history.Event.Stray;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** A history on disk: a line per event, its parts separated by tabs. For one thread. */
public final class HistoryFile implements Consumer<Event>, AutoCloseable {

    private static final String OPERATION = "operation";
    private static final String STRAY = "stray";
    private static final String CLOSED = "closed";
    private static final String MARK = "mark";
    private static final Pattern TAB = Pattern.compile("\t");

    private final BufferedWriter writer;

    private HistoryFile(BufferedWriter writer) {
        this.writer = writer;
    }

    /** Begins a new history and overwrites an old one. */
    public static HistoryFile create(Path file) throws IOException {
        return new HistoryFile(Files.newBufferedWriter(file, UTF_8));
    }

    @Override
    public void accept(Event event) {
        try {
            writer.write(String.join("\t", parts(event)));
            writer.write('\n');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> parts(Event event) {
        if (event instanceof Operation operation) {
            return List.of(
                    OPERATION,
                    Integer.toString(operation.client()),
                    Integer.toString(operation.number()),
                    operation.kind().name(),
                    plain(operation.argument()),
                    Long.toString(operation.invoked()),
                    Long.toString(operation.completed()),
                    Long.toString(operation.hold()),
                    operation.outcome().name(),
                    plain(operation.value()),
                    plain(operation.node()));
        } else if (event instanceof Stray stray) {
            return List.of(STRAY, Integer.toString(stray.client()), Long.toString(stray.at()), plain(stray.message()));
        } else if (event instanceof Closed closed) {
            return List.of(CLOSED, Integer.toString(closed.client()), Long.toString(closed.at()), plain(closed.why()));
        } else if (event instanceof Mark mark) {
            return List.of(MARK, Long.toString(mark.at()), plain(mark.what()));
        }
        throw new IllegalArgumentException("event: " + event);
    }

    /** Text without what separates parts and lines. */
    private static String plain(String text) {
        return text.replace('\t', ' ').replace('\n', ' ').replace('\r', ' ');
    }

    /**
     * Hands all events of a file on, in order.
     *
     * @throws IllegalArgumentException when a line is none of ours
     */
    public static void read(Path file, Consumer<Event> to) throws IOException {
        try (BufferedReader reader = Files.newBufferedReader(file, UTF_8)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                to.accept(event(line));
            }
        }
    }

    private static Event event(String line) {
        String[] part = TAB.split(line, -1);
        return switch (part[0]) {
            case OPERATION ->
                new Operation(
                        Integer.parseInt(part[1]),
                        Integer.parseInt(part[2]),
                        Kind.valueOf(part[3]),
                        part[4],
                        Long.parseLong(part[5]),
                        Long.parseLong(part[6]),
                        Long.parseLong(part[7]),
                        Outcome.valueOf(part[8]),
                        part[9],
                        part[10]);
            case STRAY -> new Stray(Integer.parseInt(part[1]), Long.parseLong(part[2]), part[3]);
            case CLOSED -> new Closed(Integer.parseInt(part[1]), Long.parseLong(part[2]), part[3]);
            case MARK -> new Mark(Long.parseLong(part[1]), part[2]);
            default -> throw new IllegalArgumentException("line of a history: \"" + line + "\"");
        };
    }

    @Override
    public void close() throws IOException {
        writer.close();
    }
}

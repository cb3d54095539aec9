package io.trunkline.experiment;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.trunkline.local.ClusterException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The command line of an experiment: the options that all of them have, the progress on the error output, the exit
 * codes.
 */
@Command(sortOptions = false, usageHelpWidth = 100, footerHeading = "%n")
public abstract class Experiment implements Callable<Integer> {
    /** For the help. */
    public static final String EXIT_CODES =
            "Exit codes: 0 every promise was kept; 1 one was broken; 2 no result; 64 wrong usage.";

    public static final int USAGE = 64;
    private static final int BROKEN = 1;
    private static final int NO_RESULT = 2;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this.")
    @SuppressWarnings("UnusedVariable") // Read by picocli.
    private boolean help;

    @Option(
            names = "--nodes",
            paramLabel = "N",
            defaultValue = "4",
            description = "Nodes, behind one balancer (${DEFAULT-VALUE}).")
    private int nodes;

    @Option(
            names = "--root",
            paramLabel = "DIR",
            defaultValue = ".",
            description = "The repository, with its modules packaged (${DEFAULT-VALUE}).")
    private Path root = Path.of(".");

    @Option(
            names = "--directory",
            paramLabel = "DIR",
            defaultValue = "target/${COMMAND-NAME}",
            description = "Where logs and what else a run leaves go, in the place of those before (${DEFAULT-VALUE}).")
    private Path directory = Path.of("target");

    private final PrintStream out;
    private final PrintStream err;

    /** What a run has come to. */
    public interface Report {
        /** Whether every promise was kept. */
        boolean holds();

        /** A table in Markdown, and the verdict below it. */
        String text();
    }

    protected Experiment(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    /** Runs the program of this command line and ends the process. */
    protected static void exit(BiFunction<PrintStream, PrintStream, Experiment> program, String... arguments) {
        System.exit(run(
                program.apply(new PrintStream(System.out, true, UTF_8), new PrintStream(System.err, true, UTF_8)),
                arguments));
    }

    /** Runs it and returns the exit code. */
    public static int run(Experiment experiment, String... arguments) {
        return new CommandLine(experiment)
                .setOut(new PrintWriter(experiment.out, true, UTF_8))
                .setParameterExceptionHandler((wrong, unused) -> {
                    int exitCode = experiment.fail(wrong, USAGE);
                    experiment.err.println(experiment.name() + ": --help shows all options");
                    return exitCode;
                })
                .execute(arguments);
    }

    /**
     * Runs what was asked for.
     *
     * @param progress is told what happens, a line each
     * @throws IllegalArgumentException that names the option, its value and what fits
     * @throws ClusterException when there is no result
     */
    protected abstract Report run(Consumer<String> progress) throws IOException;

    @Override
    public final Integer call() {
        long start = System.nanoTime();
        try {
            Report report =
                    run(step -> err.printf(Locale.ROOT, "%7.1f s  %s%n", (System.nanoTime() - start) / 1e9, step));
            out.print(report.text());
            return report.holds() ? 0 : BROKEN;
        } catch (IllegalArgumentException e) {
            return fail(e, USAGE);
        } catch (ClusterException | IllegalStateException | IOException e) {
            return fail(e, NO_RESULT);
        }
    }

    private int fail(Exception why, int exitCode) {
        err.println(name() + ": " + why.getMessage());
        return exitCode;
    }

    private String name() {
        return getClass().getAnnotation(Command.class).name();
    }

    // --- what was asked for

    protected final int nodes() {
        return nodes;
    }

    protected final Path root() {
        return root;
    }

    protected final Path directory() {
        return directory;
    }

    /**
     * The things of these names.
     *
     * @throws IllegalArgumentException when there is none of some name
     */
    protected static <T> List<T> named(List<String> names, String option, Collection<T> all, Function<T, String> name) {
        Map<String, T> known = new LinkedHashMap<>();
        all.forEach(one -> known.put(name.apply(one), one));
        for (String asked : names) {
            if (!known.containsKey(asked)) {
                throw new IllegalArgumentException(
                        option + ": \"" + asked + "\" (expected some of: " + known.keySet() + ")");
            }
        }
        return names.stream().map(known::get).toList();
    }
}

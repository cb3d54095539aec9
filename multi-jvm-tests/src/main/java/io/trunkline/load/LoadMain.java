package io.trunkline.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.util.internal.logging.InternalLoggerFactory;
import io.netty.util.internal.logging.JdkLoggerFactory;
import io.trunkline.load.crew.Crew;
import io.trunkline.load.crew.CrewException;
import io.trunkline.load.measure.Loaded;
import io.trunkline.load.measure.Ramped;
import io.trunkline.load.measure.Snapshot;
import io.trunkline.load.plan.LoadPlan;
import io.trunkline.load.report.CsvReport;
import io.trunkline.load.report.JsonReport;
import io.trunkline.load.report.Progress;
import io.trunkline.load.report.Report;
import io.trunkline.load.report.TextReport;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The load generator's command line: ramp, hold, load, report. An interrupt ends the phase and still reports. */
@Command(
        name = "load",
        sortOptions = false,
        usageHelpWidth = 100,
        description = "Opens many MCP connections over TCP or HTTP, loads them, checks every answer, and reports.",
        footerHeading = "%n",
        footer = {
            "Exit codes: 0 no errors; 1 ran, with errors; 2 no result; 64 wrong usage; 130 interrupted.",
            "",
            "CSV (one row per run; columns are only ever added at the end; what does not apply is empty):",
            "  started_at, target, connections, sources, processes, request, payload_bytes, in_flight, rate,",
            "  opened, opened_per_second, seconds, messages_per_second, bytes_out_per_second,",
            "  bytes_in_per_second, p50_us, p95_us, p99_us, p999_us, max_us, generator_cpus,",
            "  generator_late_us, backlog_max, skipped, nodes, deviation_percent, sources_on_one_node,",
            "  errors_total, errors (kind=count;kind=count), transport",
            "",
            "JSON (schema trunkline.load/1; members are only ever added):",
            "  schema, started_at",
            "  plan          what was asked for",
            "  ramp          seconds, opened, opened_per_second, open_time_us {mean p50 p95 p99 p999 max}",
            "  load          null, or seconds, sent, answered, messages_per_second, bytes_out_per_second,",
            "                bytes_in_per_second, generator_cpus, generator_late_us, backlog_max,",
            "                skipped, latency_us {mean p50 p95 p99 p999 max}",
            "  distribution  null, or nodes {name: connections}, deviation_percent, sources,",
            "                sources_on_one_node",
            "  totals        connected, opened, open_at_end, sent, answered, bytes_out, bytes_in, notices",
            "  errors_total, errors {kind: count}",
            "",
            "generator_cpus: processors that the event loops kept busy; near their number, the generator was",
            "the limit. generator_late_us: the longest that one of them was late by, which may be part of a",
            "latency.",
            "",
            "A message is a request with its answer. Kinds of errors: connect.*, open.*, closed.*, request.*,",
            "answer.*, tool.failed, \"http STATUS\" for another status than 200, and \"rpc CODE MESSAGE\" for",
            "errors that the server answers with.",
            "",
            "Examples:",
            "  load --connections 5000 --payload 64 --in-flight 256",
            "  load --connections 20000 --distribution --seconds 0",
            "  load --connections 1000 --rate 20000 --seconds 60 --json report.json",
            "  load --connections 25000 --initialize --hold 60",
            "  load --transport http --connections 1000 --request echo",
            "  load --transport http --connections 1000 --stateless --request echo",
            "  load --transport http --connections 10000 --listen --hold 60"
        })
public final class LoadMain implements Callable<Integer> {
    static final int WITH_ERRORS = 1;
    static final int NO_RESULT = 2;
    static final int USAGE = 64;

    private static final int SECONDS_TO_REPORT = 30;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this.")
    @SuppressWarnings("UnusedVariable") // Read by picocli.
    private boolean help;

    @Mixin
    private final LoadOptions options = new LoadOptions();

    private final PrintStream out;
    private final PrintStream err;
    private final boolean terminal;
    private final CountDownLatch reported = new CountDownLatch(1);

    LoadMain(PrintStream out, PrintStream err, boolean terminal) {
        this.out = out;
        this.err = err;
        this.terminal = terminal;
    }

    public static void main(String[] arguments) {
        InternalLoggerFactory.setDefaultFactory(JdkLoggerFactory.INSTANCE);
        PrintStream out = new PrintStream(System.out, true, UTF_8);
        PrintStream err = new PrintStream(System.err, true, UTF_8);
        System.exit(run(new LoadMain(out, err, errorsGoToTerminal()), arguments));
    }

    static int run(LoadMain main, String... arguments) {
        CommandLine command = new CommandLine(main)
                .setOut(new PrintWriter(main.out, true, UTF_8))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler((wrong, unused) -> {
                    main.err.println("load: " + wrong.getMessage());
                    CommandLine.UnmatchedArgumentException.printSuggestions(
                            wrong, new PrintWriter(main.err, true, UTF_8));
                    main.err.println("load: --help shows all options");
                    return USAGE;
                });
        return command.execute(arguments);
    }

    @Override
    public Integer call() throws InterruptedException {
        try {
            LoadPlan plan = options.plan();
            return run(plan, options.processes());
        } catch (IllegalArgumentException e) {
            err.println("load: " + e.getMessage());
            return USAGE;
        } catch (CrewException | IOException e) {
            err.println("load: " + e.getMessage());
            return NO_RESULT;
        } finally {
            reported.countDown();
        }
    }

    private int run(LoadPlan plan, int processes) throws CrewException, IOException, InterruptedException {
        Progress progress = new Progress(err, terminal);
        try (Crew crew = Crew.start(processes, progress::show)) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> reportBeforeTheEnd(crew)));
            Report report = phases(crew, progress, plan, processes);
            progress.end();
            write(report);
            if (report.ramped().opened() == 0) {
                return NO_RESULT;
            }
            return report.errorsTotal() == 0 ? 0 : WITH_ERRORS;
        }
    }

    private Report phases(Crew crew, Progress progress, LoadPlan plan, int processes)
            throws CrewException, InterruptedException {
        Instant startedAt = Instant.now();
        progress.phase("ramp");
        Ramped ramped = crew.ramp(plan);
        boolean open = ramped.opened() > 0;
        double held = 0;
        if (open && options.holdSeconds() > 0) {
            progress.phase("hold");
            held = crew.hold(options.holdSeconds());
        }
        Loaded loaded = null;
        if (open && plan.seconds() > 0 && !crew.wasCut()) {
            progress.phase("load");
            loaded = crew.load();
        }
        Snapshot totals = crew.finish();
        return new Report(startedAt, plan, processes, held, ramped, loaded, totals);
    }

    private void write(Report report) throws IOException {
        boolean outIsTaken = "-".equals(options.json) || "-".equals(options.csv);
        (outIsTaken ? err : out).print(TextReport.of(report));
        if (options.json != null) {
            write(options.json, JsonReport.of(report) + "\n", false);
        }
        if (options.csv != null) {
            boolean isNew = options.csv.equals("-") || !Files.exists(Path.of(options.csv));
            String header = isNew ? CsvReport.header(report) + "\n" : "";
            write(options.csv, header + CsvReport.row(report) + "\n", true);
        }
    }

    private void write(String target, String text, boolean append) throws IOException {
        if (target.equals("-")) {
            out.print(text);
            out.flush();
        } else if (append) {
            Files.writeString(Path.of(target), text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } else {
            Files.writeString(Path.of(target), text);
        }
    }

    private void reportBeforeTheEnd(Crew crew) {
        if (reported.getCount() == 0) {
            return;
        }
        crew.cut();
        try {
            if (!reported.await(SECONDS_TO_REPORT, TimeUnit.SECONDS)) {
                err.println("load: no report within " + SECONDS_TO_REPORT + " s after the interrupt");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether the error output is known to be a terminal; the console of newer JVMs exists without one. */
    private static boolean errorsGoToTerminal() {
        @Nullable Path target = linkTarget(Path.of("/proc/self/fd/2"));
        return target != null && (target.startsWith("/dev/pts") || target.startsWith("/dev/tty"));
    }

    private static @Nullable Path linkTarget(Path link) {
        try {
            return Files.readSymbolicLink(link);
        } catch (IOException | UnsupportedOperationException e) {
            return null;
        }
    }
}

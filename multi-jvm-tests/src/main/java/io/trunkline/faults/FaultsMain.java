package io.trunkline.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.util.internal.logging.InternalLoggerFactory;
import io.netty.util.internal.logging.JdkLoggerFactory;
import io.trunkline.local.ClusterException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command line of fault experiments: starts a cluster of its own, breaks it under its clients, and judges. */
@Command(
        name = "faults",
        sortOptions = false,
        usageHelpWidth = 100,
        description = "Starts a cluster of its own, puts clients on it that always have a request outstanding, kills,"
                + " freezes and drains nodes, and checks what every client saw against what is promised.",
        footerHeading = "%n",
        footer = {
            "Faults:",
            "  kill         SIGKILL of a node, any but the oldest; then it is started again",
            "  kill-oldest  SIGKILL of the node that hosts the coordinator; then it is started again",
            "  kill-two     SIGKILL of two nodes at once; then they are started again",
            "  kill-all     SIGKILL of all nodes at once; they are started again right away",
            "  freeze       SIGSTOP of a node for --freeze seconds, then SIGCONT",
            "  drain        SIGTERM of a node, which drains and leaves; then it is started again",
            "  rolling      the same with each node in turn",
            "  cut-balancer no packet passes between the balancer and a node for --freeze seconds",
            "  cut-pair     no packet passes between two nodes for --freeze seconds",
            "  cut-half     no packet passes between half of the nodes with the balancer and the other half",
            "The cuts need root, ip and nft: each member gets a network namespace of its own.",
            "",
            "Columns of the table: connections that the server closed; answers; of these good, failed (has not run)",
            "and unknown (may have run; in brackets those that could have been repeated instead); operations that ran",
            "twice though they must not; the longest time without a good answer, of each client, less what nodes were",
            "asked to hold back.",
            "",
            "Exit codes: 0 every promise was kept; 1 one was broken; 2 no result; 64 wrong usage.",
            "",
            "Examples:",
            "  faults --clients 2000 --faults kill,kill,kill-oldest",
            "  faults --clients 500 --seconds 600 --seed 7"
        })
public final class FaultsMain implements Callable<Integer> {
    static final int BROKEN = 1;
    static final int NO_RESULT = 2;
    static final int USAGE = 64;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this.")
    @SuppressWarnings("UnusedVariable") // Read by picocli.
    private boolean help;

    @Option(
            names = "--faults",
            paramLabel = "LIST",
            split = ",",
            description = "What to do, in this order, or with --seconds: what to choose from (all of"
                    + " the below but the cuts).")
    private List<String> faults = new ArrayList<>();

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "0",
            description = "Choose faults at random for so long; 0: each of the list once (${DEFAULT-VALUE}).")
    private int seconds;

    @Option(
            names = "--clients",
            paramLabel = "N",
            defaultValue = "500",
            description = "Clients, each with a request outstanding at any time (${DEFAULT-VALUE}).")
    private int clients;

    @Option(
            names = "--nodes",
            paramLabel = "N",
            defaultValue = "4",
            description = "Nodes, behind one balancer (${DEFAULT-VALUE}).")
    private int nodes;

    @Option(
            names = "--seed",
            paramLabel = "SEED",
            description = "Of what clients ask and of what is done to whom (by chance; printed).")
    private @Nullable Long seed;

    @Option(
            names = "--hold",
            paramLabel = "MS",
            defaultValue = "500",
            description = "The longest time for which a node is asked to hold an answer back, so that a fault finds"
                    + " requests under way (${DEFAULT-VALUE}).")
    private int hold;

    @Option(
            names = "--freeze",
            paramLabel = "S",
            defaultValue = "20",
            description = "How long a node is frozen or a link is cut (${DEFAULT-VALUE}).")
    private int freeze;

    @Option(
            names = "--settle",
            paramLabel = "S",
            defaultValue = "3",
            description = "Calm between two steps (${DEFAULT-VALUE}).")
    private int settle;

    @Option(
            names = "--root",
            paramLabel = "DIR",
            defaultValue = ".",
            description = "The repository, with its modules packaged (${DEFAULT-VALUE}).")
    private Path root = Path.of(".");

    @Option(
            names = "--directory",
            paramLabel = "DIR",
            defaultValue = "target/faults",
            description = "Where logs, traces and history.tsv go, in the place of those before (${DEFAULT-VALUE}).")
    private Path directory = Path.of("target", "faults");

    private final PrintStream out;
    private final PrintStream err;

    FaultsMain(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    public static void main(String[] arguments) {
        InternalLoggerFactory.setDefaultFactory(JdkLoggerFactory.INSTANCE);
        PrintStream out = new PrintStream(System.out, true, UTF_8);
        PrintStream err = new PrintStream(System.err, true, UTF_8);
        System.exit(run(new FaultsMain(out, err), arguments));
    }

    static int run(FaultsMain main, String... arguments) {
        return new CommandLine(main)
                .setOut(new PrintWriter(main.out, true, UTF_8))
                .setParameterExceptionHandler((wrong, unused) -> {
                    main.err.println("faults: " + wrong.getMessage());
                    main.err.println("faults: --help shows all options");
                    return USAGE;
                })
                .execute(arguments);
    }

    @Override
    public Integer call() {
        long chosen = seed == null ? ThreadLocalRandom.current().nextInt(1_000_000) : seed;
        try {
            FaultPlan plan = new FaultPlan(
                    root, directory, nodes, clients, chosen, chosenFaults(), seconds, settle, freeze, hold);
            out.println("Seed: " + chosen);
            long start = System.nanoTime();
            FaultReport report = new FaultRun(
                            plan,
                            step -> err.printf(Locale.ROOT, "%7.1f s  %s%n", (System.nanoTime() - start) / 1e9, step))
                    .run();
            out.print(report.text());
            return report.holds() ? 0 : BROKEN;
        } catch (IllegalArgumentException e) {
            err.println("faults: " + e.getMessage());
            return USAGE;
        } catch (ClusterException | IllegalStateException | IOException e) {
            err.println("faults: " + e.getMessage());
            return NO_RESULT;
        }
    }

    private List<Fault> chosenFaults() {
        return faults.isEmpty()
                ? Arrays.stream(Fault.values())
                        .filter(fault -> !fault.needsNamespaces())
                        .toList()
                : faults.stream().map(FaultsMain::fault).toList();
    }

    private static Fault fault(String label) {
        return Arrays.stream(Fault.values())
                .filter(fault -> fault.label().equals(label))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "--faults: \"" + label + "\" (expected some of: " + Arrays.toString(Fault.values()) + ")"));
    }
}

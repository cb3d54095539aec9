package io.trunkline.hostile;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.trunkline.hostile.attack.Attack;
import io.trunkline.local.ClusterException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command line of hostile clients: starts a cluster of its own, attacks it beside its clients, and judges. */
@Command(
        name = "hostile",
        sortOptions = false,
        usageHelpWidth = 100,
        description =
                "Starts a cluster of its own with well-behaved clients, attacks it in one way after the other, and"
                        + " checks what that costs them: their connections stay, they are answered, their P99 at most doubles,"
                        + " no process ends, memory returns to what it was.",
        footerHeading = "%n",
        footer = {
            "Exit codes: 0 every promise was kept; 1 one was broken; 2 no result; 64 wrong usage.",
            "",
            "Examples:",
            "  hostile",
            "  hostile --small --attacks unread-answers,many-sessions"
        })
public final class HostileMain implements Callable<Integer> {
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
            names = "--attacks",
            paramLabel = "LIST",
            split = ",",
            description = "Which, in this order (all): ${COMPLETION-CANDIDATES}.",
            completionCandidates = Names.class)
    private List<String> attacks = new ArrayList<>();

    @Option(names = "--small", description = "Fewer clients, and latencies are not judged.")
    private boolean small;

    @Option(
            names = "--nodes",
            paramLabel = "N",
            defaultValue = "4",
            description = "Nodes, behind one balancer (${DEFAULT-VALUE}).")
    private int nodes;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "15",
            description = "How long each attack goes on (${DEFAULT-VALUE}).")
    private int seconds;

    @Option(
            names = "--rest",
            paramLabel = "S",
            defaultValue = "5",
            description = "How long clients are measured before each (${DEFAULT-VALUE}).")
    private int rest;

    @Option(
            names = "--root",
            paramLabel = "DIR",
            defaultValue = ".",
            description = "The repository, with its modules packaged (${DEFAULT-VALUE}).")
    private Path root = Path.of(".");

    @Option(
            names = "--directory",
            paramLabel = "DIR",
            defaultValue = "target/hostile",
            description = "Where logs go, in the place of those before (${DEFAULT-VALUE}).")
    private Path directory = Path.of("target", "hostile");

    private final PrintStream out;
    private final PrintStream err;

    /** The names of the attacks, for the help. */
    static final class Names extends ArrayList<String> {
        private static final long serialVersionUID = 1L;

        Names() {
            super(Attack.all().stream().map(Attack::name).toList());
        }
    }

    HostileMain(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    public static void main(String[] arguments) {
        PrintStream out = new PrintStream(System.out, true, UTF_8);
        PrintStream err = new PrintStream(System.err, true, UTF_8);
        System.exit(run(new HostileMain(out, err), arguments));
    }

    static int run(HostileMain main, String... arguments) {
        return new CommandLine(main)
                .setOut(new PrintWriter(main.out, true, UTF_8))
                .setParameterExceptionHandler((wrong, unused) -> {
                    main.err.println("hostile: " + wrong.getMessage());
                    main.err.println("hostile: --help shows all options");
                    return USAGE;
                })
                .execute(arguments);
    }

    @Override
    public Integer call() {
        try {
            HostilePlan plan = new HostilePlan(root, directory, nodes, !small, chosen(), seconds, rest, settings());
            long start = System.nanoTime();
            HostileReport report = new HostileRun(
                            plan,
                            step -> err.printf(Locale.ROOT, "%7.1f s  %s%n", (System.nanoTime() - start) / 1e9, step))
                    .run();
            out.print(report.text());
            return report.holds() ? 0 : BROKEN;
        } catch (IllegalArgumentException e) {
            err.println("hostile: " + e.getMessage());
            return USAGE;
        } catch (ClusterException | IllegalStateException | IOException e) {
            err.println("hostile: " + e.getMessage());
            return NO_RESULT;
        }
    }

    /** Of loopback only the neighbours' address is exempt from limits: hostile clients come from another one. */
    static Map<String, String> settings() {
        return Map.of("TRUNKLINE_LIMITS_EXEMPT", "127.0.0.1");
    }

    private List<Attack> chosen() {
        return attacks.isEmpty()
                ? Attack.all()
                : attacks.stream().map(HostileMain::attack).toList();
    }

    private static Attack attack(String name) {
        return Attack.all().stream()
                .filter(attack -> attack.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "--attacks: \"" + name + "\" (expected some of: " + new Names() + ")"));
    }
}

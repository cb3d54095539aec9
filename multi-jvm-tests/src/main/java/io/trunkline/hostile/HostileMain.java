package io.trunkline.hostile;

import io.trunkline.experiment.Experiment;
import io.trunkline.hostile.attack.Attack;
import io.trunkline.hostile.attack.Attacks;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command line of hostile clients: starts a cluster of its own, attacks it beside its clients, and judges. */
@Command(
        name = "hostile",
        description =
                "Starts a cluster of its own with well-behaved clients, attacks it in one way after the other, and"
                        + " checks what that costs them: their connections stay, they are answered,"
                        + " their P99 at most doubles,"
                        + " no process ends, memory returns to what it was.",
        footer = {
            Experiment.EXIT_CODES,
            "",
            "Examples:",
            "  hostile",
            "  hostile --small --attacks unread-answers,many-sessions"
        })
public final class HostileMain extends Experiment {
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

    /** The names of the attacks, for the help. */
    static final class Names extends ArrayList<String> {
        private static final long serialVersionUID = 1L;

        Names() {
            super(Attacks.all().stream().map(Attack::name).toList());
        }
    }

    HostileMain(PrintStream out, PrintStream err) {
        super(out, err);
    }

    public static void main(String[] arguments) {
        exit(HostileMain::new, arguments);
    }

    @Override
    protected Report run(Consumer<String> progress) throws IOException {
        List<Attack> chosen =
                attacks.isEmpty() ? Attacks.all() : named(attacks, "--attacks", Attacks.all(), Attack::name);
        return new HostileRun(
                        new HostilePlan(root(), directory(), nodes(), !small, chosen, seconds, rest, settings()),
                        progress)
                .run();
    }

    /** Of loopback only the neighbours' address is exempt from limits: hostile clients come from another one. */
    static Map<String, String> settings() {
        return Map.of("TRUNKLINE_LIMITS_EXEMPT", "127.0.0.1");
    }
}

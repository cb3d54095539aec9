package io.trunkline.faults;

import io.netty.util.internal.logging.InternalLoggerFactory;
import io.netty.util.internal.logging.JdkLoggerFactory;
import io.trunkline.experiment.Experiment;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command line of fault experiments: starts a cluster of its own, breaks it under its clients, and judges. */
@Command(
        name = "faults",
        description = "Starts a cluster of its own, puts clients on it that always have a request outstanding, kills,"
                + " freezes and drains nodes, and checks what every client saw against what is promised.",
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
            Experiment.EXIT_CODES,
            "",
            "Examples:",
            "  faults --clients 2000 --faults kill,kill,kill-oldest",
            "  faults --clients 500 --seconds 600 --seed 7"
        })
public final class FaultsMain extends Experiment {
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

    FaultsMain(PrintStream out, PrintStream err) {
        super(out, err);
    }

    public static void main(String[] arguments) {
        InternalLoggerFactory.setDefaultFactory(JdkLoggerFactory.INSTANCE);
        exit(FaultsMain::new, arguments);
    }

    @Override
    protected Report run(Consumer<String> progress) throws IOException {
        long chosen = seed == null ? ThreadLocalRandom.current().nextInt(1_000_000) : seed;
        FaultPlan plan = new FaultPlan(
                root(), directory(), nodes(), clients, chosen, chosenFaults(), seconds, settle, freeze, hold);
        progress.accept("seed " + chosen);
        return new FaultRun(plan, progress).run();
    }

    private List<Fault> chosenFaults() {
        List<Fault> all = List.of(Fault.values());
        return faults.isEmpty()
                ? all.stream().filter(fault -> !fault.needsNamespaces()).toList()
                : named(faults, "--faults", all, Fault::label);
    }
}

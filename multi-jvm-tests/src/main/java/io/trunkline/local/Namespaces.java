package io.trunkline.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A network namespace for each member, all on one bridge, so that links between members can be cut: packets are dropped
 * in both directions and nobody is told. This process stays outside and reaches every member at any time.
 *
 * <p>Linux, root, {@code ip} and {@code nft}. Every name carries this process's id; {@link #close} takes away what
 * {@link #create} made and nothing else. For one thread.
 */
public final class Namespaces implements AutoCloseable {

    private static final long COMMAND_DEADLINE_SECONDS = 20;

    /** Hardly in use anywhere: the range for benchmarks of network devices (RFC 2544, appendix C.2.2). */
    private static final String NETWORK = "198.18.77.";

    private static final int OUTSIDE = 254;

    private final String tag = "tlf" + ProcessHandle.current().pid();
    private final Map<String, String> hosts = new LinkedHashMap<>();

    /** Namespaces outlive the process that made them, so an interrupted run has to take them away too. */
    private final Thread atExit = new Thread(this::remove, "namespaces");

    private Namespaces() {}

    /**
     * Makes a namespace for each of these members.
     *
     * @throws ClusterException when a command fails; nothing of it is left then
     */
    public static Namespaces create(List<String> members) {
        Namespaces namespaces = new Namespaces();
        Runtime.getRuntime().addShutdownHook(namespaces.atExit);
        try {
            namespaces.run(List.of(
                    "ip link add %s type bridge".formatted(namespaces.tag),
                    "ip addr add %s%d/24 dev %s".formatted(NETWORK, OUTSIDE, namespaces.tag),
                    "ip link set %s up".formatted(namespaces.tag)));
            members.forEach(namespaces::add);
            return namespaces;
        } catch (ClusterException e) {
            namespaces.close();
            throw e;
        }
    }

    private void add(String member) {
        int number = hosts.size() + 1;
        String host = NETWORK + number;
        hosts.put(member, host);
        String namespace = namespace(member);
        String inside = "tlf%d".formatted(number);
        String outside = "%s.%d".formatted(tag, number);
        run(List.of(
                "ip netns add " + namespace,
                "ip link add %s type veth peer name %s netns %s".formatted(outside, inside, namespace),
                "ip link set %s master %s".formatted(outside, tag),
                "ip link set %s up".formatted(outside),
                "ip -n %s addr add %s/24 dev %s".formatted(namespace, host, inside),
                "ip -n %s link set %s up".formatted(namespace, inside),
                "ip -n %s link set lo up".formatted(namespace),
                nft(namespace, "add table inet cut"),
                nft(namespace, "add chain inet cut in { type filter hook input priority 0 ; }"),
                nft(namespace, "add chain inet cut out { type filter hook output priority 0 ; }")));
    }

    private String namespace(String member) {
        return tag + "-" + member;
    }

    private static String nft(String namespace, String command) {
        return "ip netns exec %s nft '%s'".formatted(namespace, command);
    }

    /** The address of a member. */
    String host(String member) {
        String host = hosts.get(member);
        if (host == null) {
            throw new IllegalArgumentException(
                    "no namespace for " + member + " (expected one of: " + hosts.keySet() + ")");
        }
        return host;
    }

    /** What a command begins with that is to run in the member's namespace. It becomes that command: the id stays. */
    List<String> entry(String member) {
        return List.of("ip", "netns", "exec", namespace(member));
    }

    /** Cuts every link between a member of one side and a member of the other. */
    public void cut(List<String> side, List<String> other) {
        List<String> commands = new ArrayList<>();
        for (String one : side) {
            for (String two : other) {
                commands.add(nft(namespace(one), "add rule inet cut in ip saddr %s drop".formatted(host(two))));
                commands.add(nft(namespace(one), "add rule inet cut out ip daddr %s drop".formatted(host(two))));
            }
        }
        run(commands);
    }

    /** Ends all cuts. */
    public void heal() {
        run(hosts.keySet().stream()
                .map(member -> nft(namespace(member), "flush table inet cut"))
                .toList());
    }

    private void run(List<String> commands) {
        Result result = shell(commands);
        if (result.exitCode() != 0) {
            throw new ClusterException("network namespaces (root, ip and nft are needed): " + result.output());
        }
    }

    private record Result(int exitCode, String output) {}

    /** Runs commands one after the other, up to the first that fails. */
    private static Result shell(List<String> commands) {
        try {
            Process shell = new ProcessBuilder("sh", "-ec", String.join("\n", commands))
                    .redirectErrorStream(true)
                    .start();
            shell.getOutputStream().close();
            String output = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!shell.waitFor(COMMAND_DEADLINE_SECONDS, TimeUnit.SECONDS)) {
                shell.destroyForcibly();
                throw new ClusterException("no end after " + COMMAND_DEADLINE_SECONDS + " s: " + commands);
            }
            return new Result(shell.exitValue(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClusterException("interrupted during " + commands, e);
        }
    }

    /** Takes everything away, whether it was made in full or not. */
    @Override
    public void close() {
        remove();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            // The process is about to end, and removes once more what is not there any more.
            return;
        }
    }

    private void remove() {
        List<String> commands = new ArrayList<>();
        hosts.keySet().forEach(member -> commands.add("ip netns del " + namespace(member) + " || true"));
        commands.add("ip link del " + tag + " || true");
        shell(commands);
    }
}

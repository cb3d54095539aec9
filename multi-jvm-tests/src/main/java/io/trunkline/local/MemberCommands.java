package io.trunkline.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.trunkline.local.MemberPlan.Role;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The command lines of members, as {@code deploy/trunkline} starts them, on this JVM's own java and with small limits.
 *
 * <p>Their archive of parsed classes is in {@code multi-jvm-tests/target/members}. The first cluster that finds none
 * makes it. For one thread.
 */
final class MemberCommands {

    /** What differs from operators' members: several of them share the build's cores and its memory, for seconds. */
    static final String OPTIONS = "-Xmx256m -XX:TieredStopAtLevel=1";

    static final String RUN_DIRECTORY = "multi-jvm-tests/target/members";

    private static final String RECORDING = "-XX:DumpLoadedClassList=";

    private final Path root;
    private final List<Path> modules;
    private final Map<String, List<String>> known = new LinkedHashMap<>();

    /**
     * Asks for nothing yet.
     *
     * @param root the directory of the repository
     * @param modules directories and jars that a node finds on its class path besides its own
     */
    MemberCommands(Path root, List<Path> modules) {
        this.root = root;
        this.modules = modules;
    }

    /**
     * The command of a member.
     *
     * @param planned the names of all members, which are asked for at once
     * @throws IllegalStateException when the modules have not been packaged
     */
    List<String> of(String member, Collection<String> planned) throws IOException {
        if (!known.containsKey(member)) {
            ask(planned.stream().filter(name -> !known.containsKey(name)).toList());
        }
        return known.getOrDefault(member, List.of());
    }

    private void ask(List<String> members) throws IOException {
        Process process = script(Stream.concat(Stream.of("member-commands"), members.stream()))
                .start();
        String commands = new String(process.getInputStream().readAllBytes(), UTF_8);
        List<String> command = new ArrayList<>();
        int member = 0;
        for (String argument : commands.split("\0", -1)) {
            if (!argument.isEmpty()) {
                command.add(argument);
            } else if (!command.isEmpty()) {
                known.put(members.get(member), withModules(members.get(member), command));
                command = new ArrayList<>();
                member++;
            }
        }
        if (member < members.size()) {
            throw new IllegalStateException(
                    "deploy/trunkline has no command for " + members.get(member) + ", see " + log());
        }
    }

    private List<String> withModules(String member, List<String> command) {
        if (member.startsWith(Role.NODE.label)) {
            int classPath = command.indexOf("-cp") + 1;
            StringBuilder path = new StringBuilder(command.get(classPath));
            modules.forEach(module -> path.append(File.pathSeparator).append(module));
            command.set(classPath, path.toString());
        }
        return List.copyOf(command);
    }

    private ProcessBuilder script(Stream<String> arguments) throws IOException {
        Files.createDirectories(log().getParent());
        List<String> command =
                new ArrayList<>(List.of("bash", root.resolve("deploy/trunkline").toString()));
        arguments.forEach(command::add);
        // Not this JVM's own streams: the build speaks to its test JVMs through them.
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(Redirect.appendTo(log().toFile()));
        builder.environment().keySet().removeIf(variable -> variable.startsWith("TRUNKLINE_"));
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("TRUNKLINE_JAVA_OPTS", OPTIONS);
        builder.environment()
                .put("TRUNKLINE_RUN_DIR", root.resolve(RUN_DIRECTORY).toString());
        return builder;
    }

    private Path log() {
        return root.resolve(RUN_DIRECTORY).resolve("commands.log");
    }

    /**
     * Makes the archive of what the members have loaded, if they were asked to note it. They must have ended.
     *
     * @param complete false when they may have ended before they had loaded what there is: later ones note it then
     */
    void membersEnded(boolean complete) throws IOException, InterruptedException {
        List<Path> recorded = known.values().stream()
                .flatMap(List::stream)
                .filter(argument -> argument.startsWith(RECORDING))
                .map(argument -> Path.of(argument.substring(RECORDING.length())))
                .toList();
        if (complete && !recorded.isEmpty()) {
            script(Stream.of("make-archive"))
                    .redirectOutput(Redirect.DISCARD)
                    .start()
                    .waitFor();
        } else {
            for (Path list : recorded) {
                Files.deleteIfExists(list);
            }
        }
    }
}

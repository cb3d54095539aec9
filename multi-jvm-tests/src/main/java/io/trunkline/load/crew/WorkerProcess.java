package io.trunkline.load.crew;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A worker in a process of its own: this JVM, this class path, {@link WorkerMain}. */
final class WorkerProcess implements WorkerLink {
    private static final int SECONDS_TO_END = 3;

    private final Process process;
    private final PrintStream commands;

    WorkerProcess(int index, Consumer<Event> events) throws IOException {
        process = new ProcessBuilder(command())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        commands = new PrintStream(process.getOutputStream(), true, UTF_8);
        Thread reader = new Thread(() -> read(index, events), "worker-" + index);
        reader.setDaemon(true);
        reader.start();
    }

    private static List<String> command() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> option.startsWith("-X") || option.startsWith("--") || option.startsWith("-Dio.netty"))
                .forEach(command::add);
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(WorkerMain.class.getName());
        return command;
    }

    /** Takes events; what else there is on the standard output are warnings of the JVM. */
    private void read(int index, Consumer<Event> events) {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("{")) {
                    events.accept(Wire.read(line, Event.class));
                } else {
                    System.err.println("load: worker process " + index + ": " + line);
                }
            }
            events.accept(new Event.Failed("worker process " + index + " has ended"));
        } catch (IOException | IllegalArgumentException e) {
            events.accept(new Event.Failed("worker process " + index + ": " + e.getMessage()));
        }
    }

    @Override
    public void send(Command command) {
        commands.println(Wire.line(command));
    }

    @Override
    public void close() {
        commands.close();
        try {
            if (!process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}

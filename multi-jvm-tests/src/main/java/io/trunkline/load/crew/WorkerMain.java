package io.trunkline.load.crew;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.util.internal.logging.InternalLoggerFactory;
import io.netty.util.internal.logging.JdkLoggerFactory;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * One worker process. Ends when its standard input ends, so it never outlives the process that started it; an interrupt
 * from the terminal, which reaches the whole group of processes, lets it hand in its results first.
 */
public final class WorkerMain {
    private static final int SECONDS_TO_HAND_IN = 15;

    private WorkerMain() {}

    public static void main(String[] arguments) {
        InternalLoggerFactory.setDefaultFactory(JdkLoggerFactory.INSTANCE);
        CountDownLatch inputEnded = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> awaitQuietly(inputEnded)));
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, UTF_8);
        Worker worker = new Worker(event -> {
            synchronized (out) {
                out.println(Wire.line(event));
            }
        });
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        try {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                worker.send(Wire.read(line, Command.class));
            }
        } catch (IOException | IllegalArgumentException e) {
            System.err.println("load: worker process: " + e.getMessage());
        } finally {
            inputEnded.countDown();
        }
        Runtime.getRuntime().halt(0);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            if (!latch.await(SECONDS_TO_HAND_IN, TimeUnit.SECONDS)) {
                Runtime.getRuntime().halt(1);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

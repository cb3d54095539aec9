package io.trunkline.multinode;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * A thread that halts this node JVM when the launcher is gone.
 *
 * <p>The launcher holds the other end of standard input and never writes to it; the operating system closes it when the
 * launcher ends, however it ends. Halting runs no shutdown hooks, which could hang.
 */
final class LauncherWatch implements Runnable {

    /** The exit code of a process that was killed. */
    private static final int KILLED = 137;

    private final InputStream launcher;

    private LauncherWatch(InputStream launcher) {
        this.launcher = launcher;
    }

    static void start() {
        Thread thread = new Thread(new LauncherWatch(System.in), "launcher-watch");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void run() {
        try {
            launcher.transferTo(OutputStream.nullOutputStream());
            System.err.println("the launcher is gone: halting");
        } catch (IOException e) {
            System.err.println("the launcher cannot be watched: halting: " + e);
        }
        Runtime.getRuntime().halt(KILLED);
    }
}

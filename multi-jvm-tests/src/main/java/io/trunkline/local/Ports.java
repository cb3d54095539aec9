package io.trunkline.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Hands out loopback ports that are free and that no outgoing connection will take meanwhile.
 *
 * <p>A port has to be known before its member starts, because others are told of it, so it cannot be the system's choice
 * at bind time. The range lies below the one from which Linux serves outgoing connections (32768 and up) and above the
 * product's own defaults.
 */
final class Ports {

    private static final int FIRST = 26_000;
    private static final int AFTER_LAST = 32_000;
    private static final int ATTEMPTS = 200;

    private final Set<Integer> taken = new HashSet<>();

    /** A port that was free a moment ago, and was not handed out before. */
    int next() {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, AFTER_LAST);
            if (taken.add(port) && isFree(port)) {
                return port;
            }
        }
        throw new IllegalStateException("no free port between " + FIRST + " and " + AFTER_LAST);
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (java.net.BindException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package io.trunkline.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Hands out loopback ports that are free and that no outgoing connection will take meanwhile.
 *
 * <p>A port has to be known before its member starts, because others are told of it, so it cannot be the system's
 * choice at bind time. The range lies below the one from which Linux serves outgoing connections (32768 and up) and
 * above the product's own defaults. Each JVM has a block of it to itself, so that the members of another, which may be
 * about to bind, are not in its way.
 */
final class Ports {

    private static final int FIRST = 26_000;
    private static final int BLOCK = 600;
    private static final int BLOCKS = 10;
    private static final int ATTEMPTS = 200;

    /** Bound as long as this JVM lives: who has the first port of a block has the block. */
    private static final ServerSocket BLOCK_OF_THIS_JVM = takeBlock();

    private final Set<Integer> taken = new HashSet<>();

    private static ServerSocket takeBlock() {
        for (int block = 0; block < BLOCKS; block++) {
            try {
                return listen(FIRST + block * BLOCK);
            } catch (BindException e) {
                // Another JVM's.
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        throw new IllegalStateException("no free block of ports from " + FIRST + " on");
    }

    /** A port that was free a moment ago, and was not handed out before. */
    int next() {
        int first = BLOCK_OF_THIS_JVM.getLocalPort() + 1;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(first, first + BLOCK - 1);
            if (taken.add(port) && isFree(port)) {
                return port;
            }
        }
        throw new IllegalStateException("no free port in the " + BLOCK + " after " + first);
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = listen(port)) {
            return socket.isBound();
        } catch (BindException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ServerSocket listen(int port) throws IOException {
        return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
    }
}

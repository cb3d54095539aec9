package io.trunkline.protocol.metrics;

import java.util.Map;

/**
 * What a process says about its clients, asked once a second from a metrics thread.
 *
 * <p>Implementations answer at once from any thread: they read a volatile, they do not compute or wait.
 */
public interface Vitals {

    /** A process without clients. */
    Vitals NONE = new Vitals() {
        @Override
        public long connections() {
            return 0;
        }

        @Override
        public long limit() {
            return 0;
        }

        @Override
        public Readiness readiness() {
            return Readiness.WAITING;
        }
    };

    /** Clients served now. */
    long connections();

    /** Most clients up to which new ones are taken; 0 when there is no limit. */
    long limit();

    /** Whether new clients are taken, and if not, why. */
    Readiness readiness();

    /** Clients per node, by node name; empty for a node itself. */
    default Map<String, Long> backends() {
        return Map.of();
    }

    /** Addresses that it serves on by name, for example {@code trunk -> 127.0.0.1:9001}. */
    default Map<String, String> endpoints() {
        return Map.of();
    }
}

package io.trunkline.balancer;

import io.trunkline.balancer.admit.Admission;
import io.trunkline.balancer.trunk.Trunks;
import io.trunkline.protocol.metrics.Readiness;
import io.trunkline.protocol.metrics.Vitals;
import java.util.Map;
import java.util.function.Supplier;

/** What a balancer reports of itself. Usable from any thread. */
record BalancerVitals(Admission admission, Trunks trunks, BoundPorts ports, Supplier<Readiness> ready)
        implements Vitals {
    @Override
    public long connections() {
        return admission.connections();
    }

    @Override
    public long limit() {
        return admission.connectionLimit();
    }

    @Override
    public Readiness readiness() {
        return ready.get();
    }

    @Override
    public Map<String, Long> backends() {
        return trunks.sessionsByNode();
    }

    @Override
    public Map<String, String> endpoints() {
        return ports.endpoints();
    }
}

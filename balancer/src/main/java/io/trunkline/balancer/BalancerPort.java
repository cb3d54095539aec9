package io.trunkline.balancer;

/** What a balancer listens on. */
public enum BalancerPort {
    /** JSON-RPC lines; not bound with {@code auth.tcp} off or mtls. */
    TCP("tcp", "TRUNKLINE_TCP_PORT"),
    /** HTTP. */
    HTTP("http", "TRUNKLINE_HTTP_PORT"),
    /** JSON-RPC lines over TLS; bound with TLS only. */
    TLS("tls", "TRUNKLINE_TLS_PORT"),
    /** HTTP over TLS; bound with TLS only. */
    HTTPS("https", "TRUNKLINE_HTTPS_PORT"),
    /** Trunks of other balancers. */
    PEER("peer", "TRUNKLINE_PEER_PORT");

    private final String label;
    private final String variable;

    BalancerPort(String label, String variable) {
        this.label = label;
        this.variable = variable;
    }

    String label() {
        return label;
    }

    /** The environment variable that sets its number. */
    String variable() {
        return variable;
    }
}

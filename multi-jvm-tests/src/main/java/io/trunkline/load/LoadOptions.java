package io.trunkline.load;

import io.trunkline.load.plan.Carrier;
import io.trunkline.load.plan.Descriptors;
import io.trunkline.load.plan.Expect;
import io.trunkline.load.plan.LoadPlan;
import io.trunkline.load.plan.Opening;
import io.trunkline.load.plan.Pace;
import io.trunkline.load.plan.RequestKind;
import io.trunkline.load.plan.RequestLine;
import io.trunkline.load.plan.Sources;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The options of the load generator, and the plan that they make. Messages of errors name option, value and what fits.
 */
final class LoadOptions {
    private static final int MAX_CONNECTIONS = 1_000_000;
    private static final int DEFAULT_IN_FLIGHT = 256;
    private static final double DEFAULT_SECONDS = 10;

    enum TransportName {
        TCP,
        HTTP
    }

    @Option(
            names = "--host",
            paramLabel = "HOST",
            defaultValue = "${env:TRUNKLINE_HOST:-127.0.0.1}",
            description = "Where to (${DEFAULT-VALUE}).")
    private String host = "";

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "Where to ($TRUNKLINE_TCP_PORT or 8000; with HTTP $TRUNKLINE_HTTP_PORT or 8080).")
    private @Nullable Integer port;

    @Option(
            names = "--transport",
            paramLabel = "NAME",
            defaultValue = "tcp",
            description =
                    "tcp: a message per line; http: Streamable HTTP at /mcp, a session on each connection, which is"
                            + " kept alive and carries one request at a time (${DEFAULT-VALUE}).")
    private TransportName transport = TransportName.TCP;

    @Option(
            names = "--stateless",
            description =
                    "HTTP: requests without sessions (MCP 2026-07-28). There is no handshake; one answered request"
                            + " makes a connection count as open.")
    private boolean stateless;

    @Option(
            names = "--listen",
            description = "HTTP: when a session is open its connection becomes its event stream; with --stateless each"
                    + " connection asks for one that tells when the list of tools changes, and is open when that is"
                    + " acknowledged. Sends no load.")
    private boolean listen;

    @Option(
            names = "--leave",
            description =
                    "HTTP: when a session is open its connection is closed; the server keeps the session. Sends no"
                            + " load.")
    private boolean leave;

    @Option(
            names = "--connections",
            paramLabel = "N",
            defaultValue = "1000",
            description = "Connections to open (${DEFAULT-VALUE}).")
    private int connections;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            description = "Length of the measured load (10; 0 if --hold is given).")
    private @Nullable Double seconds;

    @Option(
            names = "--in-flight",
            paramLabel = "K",
            description = "Closed loop: so many requests are unanswered at any time, over all connections; each answer"
                    + " lets the next connection in turn send (256).")
    private @Nullable Integer inFlight;

    @Option(
            names = "--rate",
            paramLabel = "R",
            description = "Open loop: so many requests per second in all, sent on schedule whatever the answers do;"
                    + " latency counts from the time a request was due.")
    private @Nullable Double rate;

    @Option(
            names = "--payload",
            paramLabel = "BYTES",
            defaultValue = "0",
            description =
                    "Length of one request line with its newline, over HTTP without it but counted all the same (as"
                            + " short as it gets: 57 for ping).")
    private int payload;

    @Option(
            names = "--request",
            paramLabel = "KIND",
            description = "ping, or a call of the tool echo or whoami (ping); with --stateless, where there is no ping,"
                    + " server/discover or such a call: discover, echo or whoami (discover).")
    private @Nullable RequestKind request;

    @Option(
            names = "--expect",
            paramLabel = "WHAT",
            defaultValue = "response",
            description = "response: JSON-RPC with the id of the request; echo: the request itself (${DEFAULT-VALUE}).")
    private Expect expect = Expect.RESPONSE;

    @Option(
            names = "--initialize",
            description = "Do the MCP handshake on each connection; implied by tool calls, and by HTTP with"
                    + " sessions. Otherwise one answered request makes a connection count as open.")
    private boolean initialize;

    @Option(
            names = "--distribution",
            description = "Ask each connection for its node (whoami), after the handshake if there is one, and show the"
                    + " spread.")
    private boolean distribution;

    @Option(names = "--connect-only", description = "A connection counts as open when TCP has connected.")
    private boolean connectOnly;

    @Option(
            names = "--ramp-rate",
            paramLabel = "C",
            defaultValue = "0",
            description = "New connections per second (as fast as they are accepted).")
    private double rampRate;

    @Option(
            names = "--hold",
            paramLabel = "S",
            defaultValue = "0",
            description = "Keep the open connections idle for so long before any load.")
    private double hold;

    @Option(
            names = "--warmup",
            paramLabel = "S",
            defaultValue = "1",
            description = "Load that is sent and checked before the measurement (${DEFAULT-VALUE}).")
    private double warmup;

    @Option(
            names = "--timeout",
            paramLabel = "S",
            defaultValue = "10",
            description = "How long a connect, an opening or an answer may take (${DEFAULT-VALUE}).")
    private double timeout;

    @Option(
            names = "--sources",
            paramLabel = "N",
            description = "Come from 127.0.0.1, 127.0.0.2, ...: so many addresses (one per 25 connections, at most 200;"
                    + " none if the target is not on loopback).")
    private @Nullable Integer sources;

    @Option(
            names = "--processes",
            paramLabel = "auto|N",
            defaultValue = "auto",
            description = "Processes that hold the connections (as many as the limit of open files asks for).")
    private String processes = "";

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Event loops per process (half of the processors, shared among the processes).")
    private @Nullable Integer threads;

    @Option(
            names = "--csv",
            paramLabel = "FILE|-",
            description = "Add one row to FILE, with a header if it is new; - writes both to the standard output.")
    @Nullable
    String csv;

    @Option(
            names = "--json",
            paramLabel = "FILE|-",
            description =
                    "Write the report to FILE; - writes it to the standard output and the table to the error output.")
    @Nullable
    String json;

    /**
     * Works out the plan.
     *
     * @throws IllegalArgumentException if an option, or two together, make no sense; the message is for the user
     */
    LoadPlan plan() {
        require(connections >= 1 && connections <= MAX_CONNECTIONS, "--connections", connections, "1 to 1000000");
        require(
                payload >= 0 && payload <= RequestLine.MAX_LENGTH,
                "--payload",
                payload,
                "0 to " + RequestLine.MAX_LENGTH);
        require(hold >= 0, "--hold", hold, "at least 0");
        require(warmup >= 0, "--warmup", warmup, "at least 0");
        require(timeout > 0, "--timeout", timeout, "above 0");
        require(rampRate >= 0, "--ramp-rate", rampRate, "at least 0");
        Carrier carrier = carrier();
        RequestKind kind = kind();
        boolean handshake = initialize || distribution || listen || leave;
        require(!(connectOnly && handshake), "--connect-only", "with a handshake", "one of them");
        require(expect == Expect.RESPONSE || !handshake, "--expect", "echo with a handshake", "one of them");
        require(expect == Expect.RESPONSE || !carrier.isHttp(), "--expect", "echo with HTTP", "response");
        require(seconds() == 0 || !connectOnly || !carrier.isHttp(), "--connect-only", "HTTP", "with --seconds 0");
        require(csv == null || !csv.equals(json), "--csv and --json", String.valueOf(csv), "two different outputs");
        LoadPlan plan = new LoadPlan(
                host,
                port(carrier),
                carrier,
                0,
                connections,
                sources(),
                threads(),
                kind,
                expect,
                payload,
                pace(),
                opening(kind),
                rampRate,
                warmup,
                seconds(),
                timeout);
        plan.requestLine();
        return plan;
    }

    double holdSeconds() {
        return hold;
    }

    /** How many processes, with {@code auto} worked out. */
    int processes() {
        int needed = Descriptors.processesFor(connections);
        if (processes.equals("auto")) {
            return needed;
        }
        int wanted = processes.matches("\\d{1,4}") ? Integer.parseInt(processes) : 0;
        require(wanted >= 1, "--processes", processes, "auto, or 1 to 9999");
        require(
                wanted >= needed,
                "--processes",
                processes,
                "at least " + needed + ", because one process may hold " + Descriptors.connectionsPerProcess()
                        + " connections here");
        return wanted;
    }

    private Carrier carrier() {
        if (transport == TransportName.TCP) {
            require(!stateless, "--stateless", "with TCP", "--transport http");
            require(!listen && !leave, listen ? "--listen" : "--leave", "with TCP", "--transport http");
            return Carrier.TCP;
        }
        require(!(listen && leave), "--listen and --leave", "both", "one of them");
        require(seconds() == 0 || !(listen || leave), "--seconds", seconds(), "0, because such sessions send no load");
        if (stateless) {
            require(!leave, "--leave", "with --stateless", "one of them, because no session is left");
            require(!initialize, "--initialize", "with --stateless", "one of them");
            return listen ? Carrier.HTTP_STATELESS_LISTEN : Carrier.HTTP_STATELESS;
        }
        return listen ? Carrier.HTTP_LISTEN : leave ? Carrier.HTTP_LEAVE : Carrier.HTTP;
    }

    private RequestKind kind() {
        if (request == null) {
            return stateless ? RequestKind.DISCOVER : RequestKind.PING;
        }
        require(
                request != RequestKind.PING || !stateless,
                "--request",
                "ping with --stateless",
                "discover, echo or whoami");
        require(
                request != RequestKind.DISCOVER || stateless,
                "--request",
                "discover with sessions",
                "ping, echo or whoami, or --stateless");
        return request;
    }

    private int port(Carrier carrier) {
        String variable = carrier.isHttp() ? "TRUNKLINE_HTTP_PORT" : "TRUNKLINE_TCP_PORT";
        String usual = System.getenv().getOrDefault(variable, carrier.isHttp() ? "8080" : "8000");
        String asked = port == null ? usual : port.toString();
        boolean number = asked.matches("\\d{1,5}") && Integer.parseInt(asked) >= 1 && Integer.parseInt(asked) <= 65_535;
        require(number, port == null ? variable : "--port", asked, "1 to 65535");
        return Integer.parseInt(asked);
    }

    private double seconds() {
        double length = seconds == null ? (hold > 0 || listen || leave ? 0 : DEFAULT_SECONDS) : seconds;
        require(length >= 0, "--seconds", length, "at least 0");
        return length;
    }

    private Pace pace() {
        require(inFlight == null || rate == null, "--in-flight and --rate", "both", "one of them");
        if (rate != null) {
            require(rate > 0, "--rate", rate, "above 0");
            return Pace.open(rate);
        }
        boolean http = transport == TransportName.HTTP;
        int usual = http ? Math.min(DEFAULT_IN_FLIGHT, connections) : DEFAULT_IN_FLIGHT;
        int requests = inFlight == null ? usual : inFlight;
        require(requests >= 1, "--in-flight", requests, "at least 1");
        require(
                !http || requests <= connections,
                "--in-flight",
                requests,
                "at most " + connections + ", one on each HTTP connection");
        return Pace.closed(requests);
    }

    private Opening opening(RequestKind kind) {
        if (distribution) {
            return Opening.LOCATE;
        }
        if (stateless) {
            return listen || connectOnly ? Opening.CONNECT : Opening.PROBE;
        }
        boolean toolCalls = kind.callsTool() && expect == Expect.RESPONSE;
        boolean http = transport == TransportName.HTTP && !connectOnly;
        if (initialize || toolCalls || http) {
            return Opening.INITIALIZE;
        }
        return connectOnly ? Opening.CONNECT : Opening.PROBE;
    }

    private int sources() {
        boolean loopback = isLoopback();
        if (sources == null) {
            return loopback ? Sources.fitting(connections) : 0;
        }
        require(sources >= 0 && sources <= Sources.MAX, "--sources", sources, "0 to " + Sources.MAX);
        require(sources == 0 || loopback, "--sources", sources, "0 when the target is not on loopback");
        int fewest = sources == 0 ? 1 : Sources.fewest(connections);
        require(
                sources == 0 || sources >= fewest,
                "--sources",
                sources,
                "at least " + fewest + " for " + connections + " connections: a source has some 28000 ports");
        return sources;
    }

    private boolean isLoopback() {
        try {
            return InetAddress.getByName(host).isLoopbackAddress() && host.indexOf(':') < 0;
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("--host: " + host + " (expected: a name or address that resolves)", e);
        }
    }

    private int threads() {
        if (threads != null) {
            require(threads >= 1 && threads <= 1_024, "--threads", threads, "1 to 1024");
            return threads;
        }
        return Math.max(1, Runtime.getRuntime().availableProcessors() / 2 / processes());
    }

    private static void require(boolean holds, String option, Object value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(option + ": " + value + " (expected: " + expected + ")");
        }
    }
}

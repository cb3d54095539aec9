package io.trunkline.faults.check;

import io.trunkline.faults.history.Event;
import io.trunkline.faults.history.Event.Closed;
import io.trunkline.faults.history.Event.Mark;
import io.trunkline.faults.history.Event.Operation;
import io.trunkline.faults.history.Event.Stray;
import io.trunkline.faults.history.Kind;
import io.trunkline.faults.history.Outcome;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Reads a history, event by event, and tells which promises were broken.
 *
 * <p>An operation that may have run leaves two possibilities behind; the next answer that shows which one it was
 * decides for good, because what did not run until then must never run. Memory grows with the clients and with the
 * operations of kind {@link Kind#COUNT}. For one thread.
 */
public final class HistoryChecker implements Consumer<Event> {

    private static final int EXAMPLES_PER_RULE = 5;
    private static final List<String> LEVELS =
            List.of("debug", "info", "notice", "warning", "error", "critical", "alert", "emergency");

    private final Map<Integer, ClientState> clients = new HashMap<>();
    private final Map<String, Counted> counted = new HashMap<>();
    private final Map<Rule, Long> broken = new EnumMap<>(Rule.class);
    private final List<Violation> examples = new ArrayList<>();
    private final List<Mark> marks = new ArrayList<>();
    private final List<Window> windows = new ArrayList<>();
    private long lastEvent;

    private record Counted(Operation operation, int window) {}

    /** Before the first mark there is the start. */
    public HistoryChecker() {
        windows.add(new Window("start"));
    }

    @Override
    public void accept(Event event) {
        if (event instanceof Operation operation) {
            onOperation(operation);
        } else if (event instanceof Stray stray) {
            lastEvent = stray.at();
            violated(Rule.ANSWERED_ONCE, stray.client(), stray.at(), stray.message());
        } else if (event instanceof Closed closed) {
            lastEvent = closed.at();
            window().closed();
            violated(Rule.CONNECTED, closed.client(), closed.at(), closed.why());
            client(closed.client()).begin();
        } else if (event instanceof Mark mark) {
            lastEvent = mark.at();
            marks.add(mark);
            windows.add(new Window(mark.what()));
        }
    }

    /**
     * Compares what the clients were told with what ran, and sums up.
     *
     * @param executions how often each operation ran, by {@link Operation#id()}
     */
    public Verdict finish(Map<String, Integer> executions) {
        clients.forEach((number, client) -> {
            if (!client.wasOk) {
                paused(number, client, lastEvent, 0);
            }
        });
        counted.forEach((id, one) -> checkExecutions(one, executions.getOrDefault(id, 0)));
        executions.forEach((id, times) -> {
            if (!counted.containsKey(id)) {
                violated(Rule.ASKED_FOR, 0, 0, "operation " + id + " ran " + times + " times");
            }
        });
        return new Verdict(broken, examples, windows, clients.size());
    }

    private void onOperation(Operation operation) {
        lastEvent = operation.completed();
        ClientState client = client(operation.client());
        window().answered(operation);
        if (operation.number() <= client.lastNumber) {
            violated(Rule.ANSWERED_ONCE, operation, "after the answer to " + client.lastNumber);
        }
        client.lastNumber = Math.max(client.lastNumber, operation.number());
        if (operation.kind() == Kind.COUNT) {
            counted.put(operation.id(), new Counted(operation, windows.size() - 1));
        }
        switch (operation.outcome()) {
            case OK -> onGoodAnswer(operation, client);
            case UNKNOWN -> mayHaveRun(operation, client);
            case NONE -> {
                mayHaveRun(operation, client);
                violated(Rule.ANSWERED, operation, "asked at " + operation.invoked() / 1e6 + " s");
            }
            case FAILED -> {}
        }
        client.wasOk = operation.outcome() == Outcome.OK;
    }

    private void onGoodAnswer(Operation operation, ClientState client) {
        paused(operation.client(), client, operation.completed(), operation.hold());
        client.lastOk = operation.completed();
        client.marksAtLastOk = marks.size();
        switch (operation.kind()) {
            case ECHO -> expect(Rule.RIGHT_ANSWER, operation, operation.argument());
            case COUNT -> expect(Rule.RIGHT_ANSWER, operation, operation.id());
            case KEEP -> ClientState.only(client.values, operation.argument());
            case SET_LEVEL -> ClientState.only(client.levels, operation.argument());
            case RECALL -> checkValue(operation, client);
            case SPEAK -> checkLevel(operation, client);
            case WHOAMI -> checkBinding(operation, client);
            case INITIALIZE, PING, LIST, SLEEP -> {}
        }
    }

    private static void mayHaveRun(Operation operation, ClientState client) {
        if (operation.kind() == Kind.KEEP) {
            client.values.add(operation.argument());
        } else if (operation.kind() == Kind.SET_LEVEL) {
            client.levels.add(operation.argument());
        }
    }

    private void expect(Rule rule, Operation operation, String value) {
        if (!operation.value().equals(value)) {
            violated(rule, operation, "expected \"" + value + "\"");
        }
    }

    private void checkValue(Operation operation, ClientState client) {
        if (!client.values.contains(operation.value())) {
            violated(Rule.VALUE_KEPT, operation, "expected one of " + client.values);
        }
        ClientState.only(client.values, operation.value());
    }

    private void checkLevel(Operation operation, ClientState client) {
        for (String level : client.levels) {
            if (operation.value().equals(heardAt(level))) {
                ClientState.only(client.levels, level);
                return;
            }
        }
        violated(Rule.LEVEL_KEPT, operation, "expected the messages of level " + client.levels);
    }

    /** The messages that reach a client that asked for this level. */
    private static String heardAt(String level) {
        return String.join(",", LEVELS.subList(LEVELS.indexOf(level), LEVELS.size()));
    }

    private void checkBinding(Operation operation, ClientState client) {
        String[] identity = operation.value().split(" ", -1);
        String session = identity[0];
        long epoch = Long.parseLong(identity[1]);
        if (!client.session.isEmpty() && !client.session.equals(session)) {
            violated(Rule.SAME_SESSION, operation, "expected " + client.session);
        }
        boolean sameEpoch = !client.node.isEmpty() && epoch == client.epoch;
        if (epoch < client.epoch || (sameEpoch && !client.node.equals(operation.node()))) {
            violated(Rule.ONE_BINDING, operation, "after epoch " + client.epoch + " at " + client.node);
        }
        client.session = session;
        client.epoch = Math.max(epoch, client.epoch);
        client.node = operation.node();
    }

    private void checkExecutions(Counted one, int times) {
        Operation operation = one.operation();
        if (times > 1) {
            windows.get(one.window()).ranTwice();
            violated(Rule.RAN_ONCE, operation, "ran " + times + " times");
        }
        if (operation.outcome() == Outcome.OK && times == 0) {
            violated(Rule.ACKNOWLEDGED_RAN, operation, "");
        } else if (operation.outcome() == Outcome.FAILED && times > 0) {
            violated(Rule.FAILED_DID_NOT_RUN, operation, "ran " + times + " times");
        }
    }

    private void paused(int number, ClientState client, long until, long held) {
        boolean marked = marks.size() > client.marksAtLastOk;
        long since = marked ? marks.get(client.marksAtLastOk).at() : client.lastOk;
        Window counts = marked ? windows.get(client.marksAtLastOk + 1) : window();
        counts.paused(number, Math.max(0, until - since - held));
    }

    private ClientState client(int number) {
        return clients.computeIfAbsent(number, unused -> new ClientState());
    }

    private Window window() {
        return windows.get(windows.size() - 1);
    }

    private void violated(Rule rule, Operation operation, String more) {
        String what = "%s %s %s, answer \"%s\" of %s %s"
                .formatted(
                        operation.kind(),
                        operation.id(),
                        operation.outcome(),
                        operation.value(),
                        operation.node().isEmpty() ? "a node" : operation.node(),
                        more);
        violated(rule, operation.client(), operation.completed(), what);
    }

    private void violated(Rule rule, int client, long at, String what) {
        if (broken.merge(rule, 1L, Long::sum) <= EXAMPLES_PER_RULE) {
            examples.add(new Violation(rule, client, at, what));
        }
    }

    /** The levels that a client may ask for, least severe first (MCP 2025-11-25, server/utilities/logging). */
    public static List<String> levels() {
        return LEVELS;
    }
}

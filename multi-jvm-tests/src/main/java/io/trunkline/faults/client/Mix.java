package io.trunkline.faults.client;

import io.trunkline.faults.check.HistoryChecker;
import io.trunkline.faults.history.Event.Operation;
import io.trunkline.faults.history.Kind;
import java.util.List;
import java.util.Random;

/** What one client asks, one after the other: the same for the same seed, whatever the answers are. */
final class Mix {

    private static final int MAX_PADDING = 400;

    /** How often each kind comes, of 100. Half of them wait at the node, so that a fault finds them there. */
    private static final Share[] SHARES = {
        new Share(Kind.PING, 10),
        new Share(Kind.LIST, 3),
        new Share(Kind.ECHO, 12),
        new Share(Kind.SLEEP, 20),
        new Share(Kind.COUNT, 25),
        new Share(Kind.KEEP, 8),
        new Share(Kind.RECALL, 8),
        new Share(Kind.SET_LEVEL, 2),
        new Share(Kind.SPEAK, 4),
        new Share(Kind.WHOAMI, 8)
    };

    private record Share(Kind kind, int parts) {}

    private final Random random;
    private final int client;
    private final int maxHoldMillis;

    Mix(long seed, int client, int maxHoldMillis) {
        this.random = new Random(seed * 1_000_003 + client);
        this.client = client;
        this.maxHoldMillis = maxHoldMillis;
    }

    Ask next(int number) {
        Kind kind = kind();
        String id = Operation.id(client, number);
        return switch (kind) {
            case ECHO -> new Ask(kind, id + " " + "e".repeat(random.nextInt(MAX_PADDING)), 0);
            case KEEP -> new Ask(kind, id, 0);
            case SLEEP, COUNT -> new Ask(kind, "", random.nextInt(maxHoldMillis + 1));
            case SET_LEVEL -> {
                List<String> levels = HistoryChecker.levels();
                yield new Ask(kind, levels.get(random.nextInt(levels.size())), 0);
            }
            case INITIALIZE, PING, LIST, RECALL, SPEAK, WHOAMI -> new Ask(kind, "", 0);
        };
    }

    private Kind kind() {
        int at = random.nextInt(100);
        for (Share share : SHARES) {
            at -= share.parts();
            if (at < 0) {
                return share.kind();
            }
        }
        throw new IllegalStateException("shares do not add up to 100");
    }
}

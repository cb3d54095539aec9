package io.trunkline.node.session;

import com.typesafe.config.Config;
import io.trunkline.protocol.member.Expect;
import java.time.Duration;

/**
 * The settings of {@code trunkline.node.session}.
 *
 * @param slots how many slots the cluster has, the same on every member for the cluster's life
 * @param dispatcher path of the dispatcher that runs sessions
 * @param handOff how long requests in flight may take to finish when the slot moves
 * @param orphan how long a session outlives the trunk that it came through
 * @param unclaimed the same for sessions that other balancers can take over: those of HTTP
 */
public record SessionSettings(int slots, String dispatcher, Duration handOff, Duration orphan, Duration unclaimed) {
    /** Balancers open a trunk again within seconds. */
    private static final Duration ORPHAN = Duration.ofSeconds(30);

    public SessionSettings {
        Expect.between("session.slots", slots, 1, 4096);
        Expect.notBlank("session.dispatcher", dispatcher);
        Expect.positive("session.hand-off", handOff);
        Expect.positive("session.orphan", orphan);
        Expect.positive("session.unclaimed", unclaimed);
    }

    /**
     * Reads {@code session}.
     *
     * @param c {@code trunkline.node}
     */
    public static SessionSettings from(Config c) {
        return new SessionSettings(
                c.getInt("session.slots"),
                c.getString("session.dispatcher"),
                c.getDuration("session.hand-off"),
                ORPHAN,
                c.getDuration("session.unclaimed"));
    }
}

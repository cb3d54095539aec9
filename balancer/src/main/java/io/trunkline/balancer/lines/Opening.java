package io.trunkline.balancer.lines;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.trunkline.balancer.limits.Pace;
import io.trunkline.balancer.limits.Place;
import io.trunkline.balancer.limits.SourceLimits;
import io.trunkline.balancer.relay.Occupancy;
import io.trunkline.balancer.relay.Relay;
import io.trunkline.protocol.jsonrpc.Utf8;
import io.trunkline.protocol.refusal.Reason;
import io.trunkline.protocol.refusal.Refusal;
import io.trunkline.protocol.session.Owner;
import org.jspecify.annotations.Nullable;

/**
 * The first line of a client, with which it shows that it speaks JSON-RPC: from then on its owner is known, and its
 * session has a place. Belongs to the event loop of its connection.
 */
final class Opening {
    /** The first byte of a byte order mark, which may stand before a message. */
    private static final int MARK = 0xef;

    private final Relay relay;
    private final Occupancy occupancy;
    private final Pace pace;
    private final SourceLimits sources;
    private final LineOwner.@Nullable Finder owners;
    private final Channel channel;
    /** Null before the first line, and when authentication is off. */
    private @Nullable LineOwner owner;

    private boolean begun;
    private boolean spoke;

    /**
     * Nothing was said yet.
     *
     * @param owners tells whose client it is; null when authentication is off
     */
    Opening(
            Relay relay,
            Occupancy occupancy,
            Pace pace,
            SourceLimits sources,
            LineOwner.@Nullable Finder owners,
            Channel channel) {
        this.relay = relay;
        this.occupancy = occupancy;
        this.pace = pace;
        this.sources = sources;
        this.owners = owners;
        this.channel = channel;
    }

    /** Whether the first line has come. */
    boolean over() {
        return spoke;
    }

    /** See {@link #speaker}; null before the first line, and when authentication is off. */
    @Nullable
    LineOwner owner() {
        return owner;
    }

    /** Who speaks. */
    Owner speaker() {
        return owner == null ? Owner.NOBODY : owner.grant().owner();
    }

    /** The first bytes of a line that has no end yet; false when they are refused. */
    boolean begins(ByteBuf bytes) {
        int first = spoke || begun ? -1 : firstVisible(bytes);
        begun = begun || first >= 0;
        if (first >= 0 && isNoise(first) && first != MARK) {
            refuse(Reason.NOT_JSON_RPC, "");
            return false;
        }
        return true;
    }

    /** Whether a line is a message; if not, it is blank, or the client has been refused. */
    boolean admits(byte[] line) {
        int mark = Utf8.markLength(line);
        int first = firstVisible(Unpooled.wrappedBuffer(line, mark, line.length - mark));
        if (first < 0) {
            return false;
        }
        if (!spoke && isNoise(first)) {
            // HTTP, TLS or noise. Nothing behind the first line may run: it could be the body of a forged request.
            refuse(Reason.NOT_JSON_RPC, "");
            return false;
        }
        spoke = spoke || (identify() && enter());
        return spoke;
    }

    /** Finds out whose client it is, if that is asked at all; false when it has been refused. */
    private boolean identify() {
        if (owners == null) {
            return true;
        }
        owner = owners.find(channel);
        if (owner == null) {
            refuse(Reason.UNAUTHORIZED, "the certificate does not name its owner");
            return false;
        }
        relay.owner(owner.grant().owner());
        return true;
    }

    /** Takes a place for its session; false when its source has too many, and it has been refused. */
    private boolean enter() {
        Place place = sources.enter(pace.address(), speaker());
        if (place == null) {
            refuse(Reason.RATE_LIMITED, "");
            return false;
        }
        occupancy.enter(place);
        return true;
    }

    private void refuse(Reason reason, String detail) {
        relay.refuse(new Refusal(reason, detail));
    }

    private static boolean isNoise(int first) {
        return first != '{' && first != '[';
    }

    /** The first byte that is not blank, 0 to 255, or -1. */
    private static int firstVisible(ByteBuf line) {
        int at = line.forEachByte(b -> b == ' ' || b == '\t' || b == '\r');
        return at < 0 ? -1 : line.getUnsignedByte(at);
    }
}

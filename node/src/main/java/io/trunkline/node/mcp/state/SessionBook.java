package io.trunkline.node.mcp.state;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.trunkline.node.mcp.kit.Speaker;
import io.trunkline.node.mcp.wire.ClientFeatures;
import io.trunkline.node.mcp.wire.RpcFault;
import io.trunkline.node.spi.LogLevel;
import io.trunkline.node.spi.Principal;
import io.trunkline.protocol.jsonrpc.ProtocolVersion;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * The state of one session and the values of its tools, and their checkpoint, which is handed on after each change.
 * Changed on the session's thread; read from any.
 */
public final class SessionBook {

    private final Checkpoint form;
    private final ObjectMapper mapper;
    private final Speaker speaker;
    private final Consumer<byte[]> keeper;
    private final SessionValues values;
    private final AtomicBoolean unsaved = new AtomicBoolean();
    private final boolean resumed;
    private volatile SessionState state = SessionState.NEW;

    /**
     * A new session, or one that goes on.
     *
     * @param keeper takes each checkpoint
     * @param elicitationCompleted takes the id of an elicitation whose client understands that, on any thread
     * @param checkpoint empty for a new session
     * @param owner whose session it is, unless the checkpoint knows it
     * @throws CheckpointException when the checkpoint cannot be continued from
     */
    public SessionBook(
            Checkpoint form,
            ObjectMapper mapper,
            Speaker speaker,
            Consumer<byte[]> keeper,
            Consumer<String> elicitationCompleted,
            byte[] checkpoint,
            Principal owner) {
        this.form = form;
        this.mapper = mapper;
        this.speaker = speaker;
        this.keeper = keeper;
        this.resumed = checkpoint.length > 0;
        this.values = new SessionValues(speaker::session, mapper, this::valuesChanged, id -> {
            if (features().urls()) {
                elicitationCompleted.accept(id);
            }
        });
        if (resumed) {
            state = form.read(checkpoint, values);
        }
        if (state.owner().isNobody()) {
            state = state.withOwner(owner);
        }
    }

    public SessionState state() {
        return state;
    }

    public SessionValues values() {
        return values;
    }

    /** What the client can be asked. */
    public ClientFeatures features() {
        return state.features(mapper);
    }

    /** The version to speak; the newest before {@code initialize}. */
    public ProtocolVersion protocol() {
        ProtocolVersion version = state.version();
        return version == null ? ProtocolVersion.NEWEST_WITH_SESSION : version;
    }

    /**
     * Whether the client wants log messages of this level.
     *
     * @param usual the least level for a client that has not said
     */
    public boolean wants(LogLevel level, LogLevel usual) {
        LogLevel least = state.logLevel();
        return level.compareTo(least == null ? usual : least) >= 0;
    }

    /** Whether the session goes on from another node's checkpoint. */
    public boolean resumed() {
        return resumed;
    }

    /** Changes the state and checkpoints it. */
    public void change(SessionState next) {
        state = next;
        unsaved.set(true);
        save();
    }

    /** Refuses a state whose checkpoint could exceed its bound. */
    public void requireRoom(SessionState next) throws RpcFault {
        form.requireRoom(next, values);
    }

    /** What another node continues the session from. */
    public byte[] checkpoint() {
        return form.write(state, values);
    }

    /** Hands on a checkpoint if there is a change that none has. */
    public void save() {
        if (!speaker.isClosed() && unsaved.getAndSet(false)) {
            keeper.accept(checkpoint());
        }
    }

    private void valuesChanged() {
        if (!unsaved.getAndSet(true)) {
            speaker.post(this::save);
        }
    }
}

package io.trunkline.node.session;

/** Where sessions come from. Called on event loops, must not block. */
@FunctionalInterface
public interface SessionOpener {
    /**
     * Opens the session of this id, or binds it anew when it is there; answers through the outlet.
     *
     * @param guest whether this node does not host the session's slot
     */
    void open(String session, boolean guest, Session.Open open);
}

package io.trunkline.node.mcp.changes;

import io.trunkline.node.mcp.kit.Speaker;
import io.trunkline.node.mcp.state.SessionBook;
import java.util.Set;
import java.util.stream.Stream;

/** A session that is told of changes of lists, and of the resources that it has subscribed to. */
public final class SessionListener implements LateListener {

    private final Audience audience;
    private final Speaker speaker;
    private final SessionBook book;
    private final Listens listens;
    private final Announcements announcements = new Announcements();

    /**
     * @param listens keep what the client has missed
     */
    public SessionListener(Audience audience, Speaker speaker, SessionBook book, Listens listens) {
        this.audience = audience;
        this.speaker = speaker;
        this.book = book;
        this.listens = listens;
    }

    /** Lets it be told from now on. */
    public void join() {
        audience.join(this, book.state().subscriptions());
    }

    /** It is told no more. */
    public void leave() {
        audience.leave(this, book.state().subscriptions());
    }

    /** The client was out of reach for a while: it is told of everything that it may have missed, soon. */
    public void catchUp() {
        if (!(audience.lists().isEmpty() && book.state().subscriptions().isEmpty())) {
            listens.catchUp(this);
        }
    }

    /** Tells the client of a change, later; once when it happens again meanwhile. */
    @Override
    public void announce(String what, byte[] message) {
        if (announcements.add(what, message)) {
            speaker.post(() -> announcements.take().forEach((one, told) -> tell(one, told.clone())));
        }
    }

    @Override
    public void tellMissed(Set<String> told) {
        Stream.concat(audience.lists().stream(), book.state().subscriptions().stream())
                .filter(what -> !told.contains(what))
                .forEach(what -> tell(what, audience.message(what)));
    }

    private void tell(String what, byte[] message) {
        if (book.state().ready()
                && (Changes.isList(what) || book.state().subscriptions().contains(what))) {
            speaker.tell(message, 0);
            listens.told(this, what);
        }
    }
}

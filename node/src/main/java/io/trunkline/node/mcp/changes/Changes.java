package io.trunkline.node.mcp.changes;

import io.trunkline.node.mcp.kit.Failures;
import io.trunkline.node.mcp.kit.Later;
import io.trunkline.node.mcp.kit.McpSettings;
import io.trunkline.node.spi.Resource;
import io.trunkline.protocol.jsonrpc.Messages;
import io.trunkline.protocol.jsonrpc.Methods;
import io.trunkline.protocol.metrics.Counter;
import io.trunkline.protocol.metrics.Metrics;
import io.trunkline.protocol.uri.NormalUri;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What changes on this node or on another one, on its way to the clients: a list, by the method of its notification, or
 * a resource, by its URI in its normal form, which always has a colon. What several providers or nodes tell within a
 * short while is told once. What changes here is told to the other nodes as well; what has changed there is not.
 * Thread-safe.
 */
public final class Changes implements AutoCloseable {

    /** The lists that can change. */
    static final Set<String> LISTS =
            Set.of(Methods.TOOLS_LIST_CHANGED, Methods.RESOURCES_LIST_CHANGED, Methods.PROMPTS_LIST_CHANGED);

    private static final String COUNTER = "trunkline.announcements";

    private final Audience audience;
    private final ListAsker asker;
    private final ChangeWindow toTell;
    private final ChangeWindow toAsk;
    private final ChangeWindow listsToPublish;
    private final ChangeWindow resourcesToPublish;
    private final Counter published;
    private final Counter received;
    private final Counter dropped;
    private volatile Consumer<Collection<String>> others = changes -> {};

    /**
     * @param audience who is told
     * @param refresh asks the providers of this node for a list that has changed on another one
     */
    public Changes(
            McpSettings.Changes settings,
            Audience audience,
            Consumer<String> refresh,
            Later later,
            Failures failures,
            Metrics metrics) {
        this.audience = audience;
        asker = new ListAsker(refresh, failures, this::tell);
        Duration window = settings.window();
        toTell = new ChangeWindow(later, window, settings.resources(), all -> all.forEach(audience::tell));
        toAsk = new ChangeWindow(later, window, LISTS.size(), all -> all.forEach(asker::ask));
        listsToPublish = new ChangeWindow(later, window, LISTS.size(), this::publish);
        resourcesToPublish = new ChangeWindow(later, window, settings.resources(), this::publish);
        published = metrics.counter(COUNTER, Map.of("way", "published"));
        received = metrics.counter(COUNTER, Map.of("way", "received"));
        dropped = metrics.counter(COUNTER, Map.of("way", "dropped"));
    }

    static boolean isList(String change) {
        return change.indexOf(':') < 0;
    }

    /** What changes here is told to these from now on, and no longer to those before. */
    public void tellOthers(Consumer<Collection<String>> nodes) {
        others = nodes;
    }

    /** A list of this node is another one now. */
    public void listChanged(String list) {
        tell(list);
        listsToPublish.add(list);
    }

    /** A resource reads differently now. */
    public void updated(String uri) {
        if (isList(uri)
                || uri.length() > Resource.MAX_URI
                || !Messages.wellFormed(uri).equals(uri)) {
            dropped.increment();
            return;
        }
        String normal = NormalUri.of(uri);
        if (audience.watches(normal)) {
            tell(normal);
        }
        if (!resourcesToPublish.add(uri)) {
            dropped.increment();
        }
    }

    /** Something has changed on another node; what this one does not know is ignored. */
    public void changedElsewhere(Collection<String> changes) {
        received.add(changes.size());
        for (String change : changes) {
            if (audience.lists().contains(change)) {
                // Clients that hear of it ask any node: so this one looks before it tells.
                toAsk.add(change);
            } else if (!isList(change)) {
                String normal = NormalUri.of(change);
                if (audience.watches(normal)) {
                    tell(normal);
                }
            }
        }
    }

    private void tell(String change) {
        if (!toTell.add(change)) {
            // Too many at once to wait for more of the same.
            audience.tell(change);
        }
    }

    private void publish(Set<String> changes) {
        others.accept(changes);
        published.add(changes.size());
    }

    @Override
    public void close() {
        asker.close();
    }
}

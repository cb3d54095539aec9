package io.trunkline.balancer.auth;

import io.trunkline.protocol.jsonrpc.Envelope;
import io.trunkline.protocol.jsonrpc.EnvelopeReader;
import io.trunkline.protocol.jsonrpc.JsonLimits;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which scopes a message needs: those that every request needs, and those of each rule that it matches. Immutable.
 *
 * @param base what every request needs
 * @param wider scopes that have others in them
 */
public record ScopeRules(Set<String> base, List<Rule> rules, List<Wider> wider) {
    /** Needs nothing. */
    public static final ScopeRules NONE = new ScopeRules(Set.of(), List.of(), List.of());

    private static final EnvelopeReader READER = new EnvelopeReader(JsonLimits.DEFAULT);

    /** Members of a batch that are looked at; a longer one needs everything. */
    private static final int MOST_MEMBERS = 1000;

    /**
     * Messages of these methods need these scopes.
     *
     * @param method a name in which each {@code *} stands for any characters; answers of a client have an empty method
     * @param tool the same for the {@linkplain Envelope#target target}, such as the name of a tool; empty: whatever is
     *     named
     */
    public record Rule(String method, String tool, Set<String> scopes) {
        public Rule {
            scopes = Set.copyOf(scopes);
        }

        private boolean matches(Envelope message) {
            if (!like(method, message.method())) {
                return false;
            }
            String name = message.target();
            return tool.isEmpty() || (name != null && like(tool, name));
        }
    }

    /** Who has this scope has those others, too. */
    public record Wider(String scope, Set<String> includes) {
        public Wider {
            includes = Set.copyOf(includes);
        }
    }

    public ScopeRules {
        base = Set.copyOf(base);
        rules = List.copyOf(rules);
        wider = List.copyOf(wider);
    }

    /** What any message may need. */
    public Set<String> all() {
        Set<String> all = new HashSet<>(base);
        rules.forEach(rule -> all.addAll(rule.scopes()));
        return all;
    }

    /** What this message needs; it has been read and is no nonsense. */
    public Set<String> needed(Envelope message) {
        Set<String> needed = new HashSet<>(base);
        if (message.kind() != Envelope.Kind.BATCH) {
            add(message, needed);
            return needed;
        }
        List<Envelope> members = READER.members(message, MOST_MEMBERS);
        if (members.size() > MOST_MEMBERS) {
            return all();
        }
        members.forEach(member -> add(member, needed));
        return needed;
    }

    private void add(Envelope message, Set<String> needed) {
        for (Rule rule : rules) {
            if (rule.matches(message)) {
                needed.addAll(rule.scopes());
            }
        }
    }

    /** These scopes, and all that they have in them. */
    Set<String> expand(Set<String> scopes) {
        Set<String> all = new HashSet<>();
        Deque<String> open = new ArrayDeque<>(scopes);
        while (!open.isEmpty()) {
            String scope = open.remove();
            if (all.add(scope)) {
                wider.stream().filter(one -> one.scope().equals(scope)).forEach(one -> open.addAll(one.includes()));
            }
        }
        return all;
    }

    /** Whether the text is what the pattern says, in which each {@code *} stands for any characters. */
    static boolean like(String pattern, String text) {
        int at = 0;
        int star = -1;
        int mark = 0;
        for (int i = 0; i < text.length(); ) {
            if (at < pattern.length() && pattern.charAt(at) == '*') {
                star = at++;
                mark = i;
            } else if (at < pattern.length() && pattern.charAt(at) == text.charAt(i)) {
                at++;
                i++;
            } else if (star >= 0) {
                at = star + 1;
                i = ++mark;
            } else {
                return false;
            }
        }
        while (at < pattern.length() && pattern.charAt(at) == '*') {
            at++;
        }
        return at == pattern.length();
    }
}

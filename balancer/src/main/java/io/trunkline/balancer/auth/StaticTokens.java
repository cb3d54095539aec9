package io.trunkline.balancer.auth;

import io.trunkline.balancer.events.BalancerEvents;
import io.trunkline.protocol.frame.Bytes;
import io.trunkline.protocol.member.SettingsException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tokens that a file names. Each line has a name, the SHA-256 of the token in hex, and the scopes; what begins with
 * {@code #} says nothing. When the file changes, what it names no more is revoked, whatever else stands there: a line
 * that is no good is ignored by itself, and said. Nobody is started with one. Thread-safe; the file is read by
 * {@link #look} alone.
 */
final class StaticTokens {
    /** Lines that name a token: each is compared with every token that is shown for the first time. */
    private static final int MOST = 1000;

    private static final int MOST_BYTES = 1024 * 1024;

    /** Lines that are no good and of which it is said why. */
    private static final int MOST_SAID = 20;

    private static final Pattern NAME = Pattern.compile("[\\w.@:/+-]{1,128}");

    private record Entry(Bytes digest, Grant grant) {}

    /**
     * What a text says.
     *
     * @param wrong why the lines that are no good are not, in order
     */
    private record Parsed(Map<String, Entry> entries, List<SettingsException> wrong) {}

    private final String file;
    private final ScopeRules rules;
    private volatile Map<String, Entry> byLine = Map.of();
    private String text;
    private String problem = "";

    /**
     * Reads the file, which blocks.
     *
     * @throws SettingsException when it cannot be used
     */
    StaticTokens(String file, ScopeRules rules) {
        this.file = file;
        this.rules = rules;
        this.text = read();
        Parsed parsed = parse(text);
        if (!parsed.wrong().isEmpty()) {
            throw parsed.wrong().get(0);
        }
        this.byLine = parsed.entries();
    }

    /** What the token of this digest stands for, or null; how long it takes tells nothing of the others. */
    @Nullable
    Grant find(Bytes digest) {
        Grant found = null;
        for (Entry entry : byLine.values()) {
            if (MessageDigest.isEqual(entry.digest().array(), digest.array())) {
                found = entry.grant();
            }
        }
        return found;
    }

    int size() {
        return byLine.size();
    }

    /** Reads the file again, which blocks, and takes what it says if it can be used. To be called by one thread. */
    void look() {
        try {
            String now = read();
            if (!now.equals(text)) {
                Map<String, Entry> before = byLine;
                Parsed parsed = parse(now);
                if (parsed.entries().isEmpty() && !parsed.wrong().isEmpty()) {
                    // No file of tokens at all.
                    throw parsed.wrong().get(0);
                }
                Map<String, Entry> after = parsed.entries();
                byLine = after;
                text = now;
                before.forEach((line, entry) -> {
                    if (!after.containsKey(line)) {
                        entry.grant().revoke();
                    }
                });
                BalancerEvents.tokensTaken(after.size());
                say(parsed.wrong());
            }
            problem = "";
        } catch (SettingsException e) {
            String why = String.valueOf(e.getMessage());
            if (!why.equals(problem)) {
                problem = why;
                BalancerEvents.tokensRejected(why);
            }
        }
    }

    private void say(List<SettingsException> wrong) {
        int said = Math.min(wrong.size(), MOST_SAID);
        for (SettingsException one : wrong.subList(0, said)) {
            BalancerEvents.tokenLineIgnored(String.valueOf(one.getMessage()));
        }
        if (wrong.size() > said) {
            BalancerEvents.tokenLineIgnored("auth.tokens: " + file + " and " + (wrong.size() - said) + " more lines");
        }
    }

    private String read() {
        try (InputStream in = Files.newInputStream(Path.of(file))) {
            byte[] bytes = in.readNBytes(MOST_BYTES + 1);
            if (bytes.length > MOST_BYTES) {
                throw new SettingsException("auth.tokens: " + file + " has more than " + MOST_BYTES + " bytes");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException | InvalidPathException e) {
            throw new SettingsException("auth.tokens: " + file + " cannot be read (" + e + ")", e);
        }
    }

    private Parsed parse(String content) {
        Map<String, Entry> parsed = new HashMap<>();
        List<SettingsException> wrong = new ArrayList<>();
        Set<String> names = new HashSet<>();
        Set<Bytes> digests = new HashSet<>();
        List<String> lines = content.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            String line = String.join(" ", lines.get(i).strip().split("\\s+"));
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            try {
                // A line that is still there keeps what was granted by it.
                Entry known = byLine.get(line);
                Entry entry = known == null ? entry(line, i + 1) : known;
                if (names.contains(entry.grant().owner().name()) || digests.contains(entry.digest())) {
                    throw wrong(i + 1, "has a name or a token that a line before it has, too");
                }
                if (parsed.size() == MOST) {
                    throw wrong(i + 1, "is one of more than " + MOST);
                }
                names.add(entry.grant().owner().name());
                digests.add(entry.digest());
                parsed.put(line, entry);
            } catch (SettingsException e) {
                wrong.add(e);
            }
        }
        return new Parsed(Map.copyOf(parsed), wrong);
    }

    private Entry entry(String line, int number) {
        List<String> words = new ArrayList<>(List.of(line.split(" ")));
        String name = words.remove(0);
        if (!NAME.matcher(name).matches() || words.isEmpty()) {
            throw wrong(number, "has no name of 1 to 128 letters, digits or _.@:/+-, or nothing behind it");
        }
        Bytes digest = digest(words.remove(0), number);
        Principal principal = new Principal(Principal.Kind.TOKEN, "", name);
        return new Entry(digest, Grant.unlimited(principal, rules.expand(Set.copyOf(words))));
    }

    private Bytes digest(String hex, int number) {
        if (hex.length() == 64) {
            try {
                return Bytes.wrap(HexFormat.of().parseHex(hex));
            } catch (IllegalArgumentException e) {
                // Said below, without what stands there: it may be the token itself.
            }
        }
        throw wrong(number, "has no SHA-256 in hex behind the name");
    }

    private SettingsException wrong(int line, String why) {
        return new SettingsException(
                "auth.tokens: " + file + " line " + line + " " + why + " (expected: NAME SHA-256-IN-HEX SCOPE...)");
    }
}

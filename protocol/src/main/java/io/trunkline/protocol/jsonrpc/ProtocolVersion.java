package io.trunkline.protocol.jsonrpc;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A revision of MCP, oldest first. The older ones open a session with {@code initialize}; since 2026-07-28 each request
 * says what it needs by itself.
 *
 * <p>The questions are the differences that the engine has to know. Source: the changelog of each revision.
 */
public enum ProtocolVersion {
    V2024_11_05("2024-11-05"),
    V2025_03_26("2025-03-26"),
    V2025_06_18("2025-06-18"),
    V2025_11_25("2025-11-25"),
    V2026_07_28("2026-07-28");

    /** What a server offers in {@code initialize} to a client whose own version it does not know. */
    public static final ProtocolVersion NEWEST_WITH_SESSION = V2025_11_25;

    private static final ProtocolVersion[] ALL = values();

    /** The texts of all versions that are spoken here, newest first. */
    public static final List<String> SUPPORTED = Arrays.stream(ALL)
            .sorted(Comparator.reverseOrder())
            .map(ProtocolVersion::text)
            .toList();

    private final String text;

    ProtocolVersion(String text) {
        this.text = text;
    }

    /** The version with this text, or null. */
    public static @Nullable ProtocolVersion of(String text) {
        for (ProtocolVersion version : ALL) {
            if (version.text.equals(text)) {
                return version;
            }
        }
        return null;
    }

    /** Whether a request says what it needs by itself, without {@code initialize} and without a session. */
    public boolean stateless() {
        return compareTo(V2026_07_28) >= 0;
    }

    /** The text that stands in {@code protocolVersion}. */
    public String text() {
        return text;
    }

    /** Whether a client may send several messages as one array: only 2025-03-26 knows batches. */
    public boolean knowsBatches() {
        return this == V2025_03_26;
    }

    /** Whether tools carry annotations, contents may be audio, and progress may carry a message. */
    public boolean knowsAnnotations() {
        return compareTo(V2025_03_26) >= 0;
    }

    /** Whether there are titles, output schemas, structured content and resource links. */
    public boolean knowsStructuredContent() {
        return compareTo(V2025_06_18) >= 0;
    }

    /** Whether a client can be asked to let its user fill in a form. */
    public boolean knowsElicitation() {
        return compareTo(V2025_06_18) >= 0;
    }

    /** Whether a user can be sent to a URL, and forms have titled and multiple choices and defaults of every kind. */
    public boolean knowsElicitationModes() {
        return compareTo(V2025_11_25) >= 0;
    }

    /** Whether a client's model can be given tools, and messages several pieces. */
    public boolean knowsSamplingTools() {
        return compareTo(V2025_11_25) >= 0;
    }

    /** Whether there are icons, and a description of the server. */
    public boolean knowsIcons() {
        return compareTo(V2025_11_25) >= 0;
    }

    /** Whether arguments that break a tool's schema are told to the model as a result instead of as an error. */
    public boolean reportsBadArgumentsAsResult() {
        return compareTo(V2025_11_25) >= 0;
    }
}

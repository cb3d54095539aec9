package io.trunkline.protocol.control;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * A node says to the desk of each other node what has changed there, so that all tell their clients. Sent once: a node
 * that does not get it tells nobody.
 *
 * @param changes the method of the notification for a list, the URI for a resource; at most {@value #MAX_CHARACTERS}
 *     characters together, which Artery's frames of 256 KiB have room for in any script
 */
public record ChangesAnnounced(List<String> changes) implements DeskCommand {

    /** Most characters of all changes of one message. */
    public static final int MAX_CHARACTERS = 32 << 10;

    public ChangesAnnounced {
        changes = List.copyOf(changes);
        int characters = changes.stream().mapToInt(String::length).sum();
        if (characters > MAX_CHARACTERS) {
            throw new IllegalArgumentException(
                    "changes: " + characters + " characters (expected: <= " + MAX_CHARACTERS + ")");
        }
    }

    /**
     * As many messages as these changes take.
     *
     * @param changes none longer than {@value #MAX_CHARACTERS} characters
     */
    public static List<ChangesAnnounced> of(Collection<String> changes) {
        List<ChangesAnnounced> messages = new ArrayList<>();
        List<String> some = new ArrayList<>();
        int characters = 0;
        for (String change : changes) {
            if (characters + change.length() > MAX_CHARACTERS) {
                messages.add(new ChangesAnnounced(some));
                some.clear();
                characters = 0;
            }
            some.add(change);
            characters += change.length();
        }
        if (!some.isEmpty()) {
            messages.add(new ChangesAnnounced(some));
        }
        return messages;
    }
}

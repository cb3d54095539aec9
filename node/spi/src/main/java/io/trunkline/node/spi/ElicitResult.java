package io.trunkline.node.spi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What the user did.
 *
 * @param action what it was
 * @param content what was filled in when a form was accepted; it conforms to the form. Otherwise an empty object.
 * @param meta what the client sent as {@code _meta}; null for nothing. Do not change it.
 */
public record ElicitResult(
        Action action, ObjectNode content, @Nullable ObjectNode meta) {

    /** What a user can do with a question. */
    public enum Action {
        /** Filled in the form, or agreed to visit the URL. */
        ACCEPT,
        /** Said no. */
        DECLINE,
        /** Said nothing. */
        CANCEL;

        private final String text = name().toLowerCase(Locale.ROOT);

        /** The action that MCP writes like this, or null. */
        public static @Nullable Action of(String text) {
            for (Action action : values()) {
                if (action.text.equals(text)) {
                    return action;
                }
            }
            return null;
        }

        /** The action as MCP writes it. */
        public String text() {
            return text;
        }
    }

    public boolean accepted() {
        return action == Action.ACCEPT;
    }
}

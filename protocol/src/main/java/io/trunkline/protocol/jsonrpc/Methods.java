package io.trunkline.protocol.jsonrpc;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

/** The names of MCP's methods, and a way to find them without making a string of each one that arrives. */
public final class Methods {

    public static final String INITIALIZE = "initialize";
    public static final String PING = "ping";
    public static final String TOOLS_LIST = "tools/list";
    public static final String TOOLS_CALL = "tools/call";
    public static final String LOGGING_SET_LEVEL = "logging/setLevel";
    public static final String RESOURCES_LIST = "resources/list";
    public static final String RESOURCES_TEMPLATES_LIST = "resources/templates/list";
    public static final String RESOURCES_READ = "resources/read";
    public static final String RESOURCES_SUBSCRIBE = "resources/subscribe";
    public static final String RESOURCES_UNSUBSCRIBE = "resources/unsubscribe";
    public static final String PROMPTS_LIST = "prompts/list";
    public static final String PROMPTS_GET = "prompts/get";
    public static final String COMPLETION_COMPLETE = "completion/complete";
    public static final String SERVER_DISCOVER = "server/discover";
    public static final String SUBSCRIPTIONS_LISTEN = "subscriptions/listen";
    public static final String TASKS_GET = "tasks/get";
    public static final String TASKS_UPDATE = "tasks/update";
    public static final String TASKS_CANCEL = "tasks/cancel";
    public static final String INITIALIZED = "notifications/initialized";
    public static final String CANCELLED = "notifications/cancelled";
    public static final String PROGRESS = "notifications/progress";
    public static final String ROOTS_LIST_CHANGED = "notifications/roots/list_changed";
    /** From server to client, like all that follow. */
    public static final String MESSAGE = "notifications/message";

    public static final String TOOLS_LIST_CHANGED = "notifications/tools/list_changed";
    public static final String RESOURCES_LIST_CHANGED = "notifications/resources/list_changed";
    public static final String RESOURCES_UPDATED = "notifications/resources/updated";
    public static final String PROMPTS_LIST_CHANGED = "notifications/prompts/list_changed";

    public static final String SUBSCRIPTIONS_ACKNOWLEDGED = "notifications/subscriptions/acknowledged";

    /** Of one task (SEP-2663). */
    public static final String TASKS = "notifications/tasks";

    public static final String ELICITATION_CREATE = "elicitation/create";
    public static final String ELICITATION_COMPLETE = "notifications/elicitation/complete";
    public static final String SAMPLING_CREATE_MESSAGE = "sampling/createMessage";
    public static final String ROOTS_LIST = "roots/list";

    private static final String[] KNOWN = {
        INITIALIZE,
        PING,
        TOOLS_LIST,
        TOOLS_CALL,
        LOGGING_SET_LEVEL,
        RESOURCES_LIST,
        RESOURCES_TEMPLATES_LIST,
        RESOURCES_READ,
        RESOURCES_SUBSCRIBE,
        RESOURCES_UNSUBSCRIBE,
        PROMPTS_LIST,
        PROMPTS_GET,
        COMPLETION_COMPLETE,
        SERVER_DISCOVER,
        SUBSCRIPTIONS_LISTEN,
        TASKS_GET,
        TASKS_UPDATE,
        TASKS_CANCEL,
        INITIALIZED,
        CANCELLED,
        PROGRESS,
        ROOTS_LIST_CHANGED,
        MESSAGE,
    };

    /** A power of two, sparse enough that a name is found at the first or second look. */
    private static final String[] TABLE = new String[128];

    static {
        for (String name : KNOWN) {
            int slot = hash(name.getBytes(US_ASCII), 0, name.length());
            while (TABLE[slot] != null) {
                slot = (slot + 1) & (TABLE.length - 1);
            }
            TABLE[slot] = name;
        }
    }

    private Methods() {}

    /** The name in these bytes of UTF-8: the constant above for a known one, a new string for any other. */
    static String intern(byte[] text, int from, int to) {
        if (to > from) {
            int slot = hash(text, from, to - from);
            for (String name = TABLE[slot]; name != null; name = TABLE[slot]) {
                if (matches(name, text, from, to - from)) {
                    return name;
                }
                slot = (slot + 1) & (TABLE.length - 1);
            }
        }
        return new String(text, from, to - from, UTF_8);
    }

    private static int hash(byte[] text, int from, int length) {
        int hash = length * 31 + text[from];
        hash = hash * 31 + text[from + length / 2];
        hash = hash * 31 + text[from + length - 1];
        return (hash ^ (hash >>> 7)) & (TABLE.length - 1);
    }

    private static boolean matches(String name, byte[] text, int from, int length) {
        if (name.length() != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (name.charAt(i) != text[from + i]) {
                return false;
            }
        }
        return true;
    }
}

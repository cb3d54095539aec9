package io.trunkline.faults.history;

/** What a client asks for, and what the value of a good answer is. */
public enum Kind {
    /** The handshake. No value. */
    INITIALIZE,
    /** No value. */
    PING,
    /** The number of tools. */
    LIST,
    /** The argument. */
    ECHO,
    /** Held at the node for a while; no value. Safe to repeat. */
    SLEEP,
    /** Runs once at most; the operation's own {@linkplain Event.Operation#id() id}. Not safe to repeat. */
    COUNT,
    /** Keeps the argument in the session. No value. Safe to repeat. */
    KEEP,
    /** What the session keeps, or nothing. */
    RECALL,
    /** Sets the log level to the argument. No value. */
    SET_LEVEL,
    /** A tool logs once at each level: those that came, in order of severity, with commas. */
    SPEAK,
    /** The session's id and its epoch, with a space. */
    WHOAMI
}

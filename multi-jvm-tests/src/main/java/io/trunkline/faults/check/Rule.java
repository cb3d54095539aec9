package io.trunkline.faults.check;

/** What is promised, as far as a history can tell. */
public enum Rule {
    /** Every request is answered, at the latest when the run waits for the last answers. */
    ANSWERED("a request got no answer"),
    /** Nobody gets an answer twice, to what it did not ask, or to what somebody else asked. */
    ANSWERED_ONCE("an answer came twice or to the wrong client"),
    /** The answer says what this request asked for. */
    RIGHT_ANSWER("an answer belongs to another request"),
    /** The server never closes a connection. */
    CONNECTED("the server closed a connection"),
    /** A session keeps its id. */
    SAME_SESSION("a session changed its id"),
    /** A session is bound to one node per epoch, and epochs grow. */
    ONE_BINDING("a session had two bindings in one epoch, or went back to an older one"),
    /** The session keeps the last value that it acknowledged. */
    VALUE_KEPT("a session lost its value"),
    /** The session keeps the last log level that it acknowledged. */
    LEVEL_KEPT("a session lost its log level"),
    /** What was acknowledged has run. */
    ACKNOWLEDGED_RAN("an acknowledged operation never ran"),
    /** Nothing runs twice that must not. */
    RAN_ONCE("an operation ran more than once"),
    /** What failed for certain has not run. */
    FAILED_DID_NOT_RUN("an operation ran though its error does not say so"),
    /** Nothing runs that nobody asked for. */
    ASKED_FOR("an operation ran that nobody asked for");

    private final String broken;

    Rule(String broken) {
        this.broken = broken;
    }

    /** The same in words, when it is broken. */
    public String broken() {
        return broken;
    }
}

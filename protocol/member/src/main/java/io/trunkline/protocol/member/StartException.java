package io.trunkline.protocol.member;

import java.util.Locale;

/** A member cannot start; the message is one line that says why and what to do. */
public final class StartException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public StartException(String message, Throwable cause) {
        super(message, cause);
    }

    /**
     * The refusal of one listener.
     *
     * @param what the listener, for example {@code management}
     * @param address host and port that it should bind
     * @param setting the environment variable that moves it
     */
    public static StartException notBound(String what, String address, String setting, Throwable cause) {
        if (isTaken(cause)) {
            return new StartException(
                    what + ": " + address + " is taken: stop what listens there or set " + setting, cause);
        }
        return new StartException(
                what + ": cannot bind " + address + " (" + oneLine(cause) + "): check " + setting, cause);
    }

    private static boolean isTaken(Throwable failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            String message = String.valueOf(t.getMessage()).toLowerCase(Locale.ROOT);
            if (message.contains("address already in use")) {
                return true;
            }
        }
        return false;
    }

    private static String oneLine(Throwable failure) {
        return String.valueOf(failure.getMessage()).replaceAll("\\s+", " ");
    }
}

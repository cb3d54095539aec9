package io.trunkline.load.client;

import io.netty.channel.ConnectTimeoutException;
import io.trunkline.load.measure.Errors;
import java.net.BindException;
import java.net.ConnectException;

/** Names what went wrong with a socket. */
final class Failures {
    private Failures() {}

    static String kindOfConnect(Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        if (cause instanceof ConnectTimeoutException) {
            return Errors.CONNECT_TIMEOUT;
        }
        if (cause instanceof BindException || message.contains("Cannot assign requested address")) {
            return Errors.CONNECT_NO_PORT;
        }
        if (cause instanceof ConnectException && message.contains("refused")) {
            return Errors.CONNECT_REFUSED;
        }
        return Errors.CONNECT_FAILED;
    }

    static String kindOfClose(Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        return message.contains("reset") || message.contains("Broken pipe")
                ? Errors.CLOSED_RESET
                : Errors.CLOSED_FAILED;
    }
}

package io.trunkline.balancer.tls;

/** A certificate or its key cannot be used; the message is one line that names the setting, the file and why. */
final class CredentialsException extends Exception {
    private static final long serialVersionUID = 1L;

    CredentialsException(String message) {
        super(message.replaceAll("\\s+", " "));
    }

    CredentialsException(String message, Throwable cause) {
        super((message + " (" + cause + ")").replaceAll("\\s+", " "), cause);
    }
}

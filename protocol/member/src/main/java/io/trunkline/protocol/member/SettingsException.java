package io.trunkline.protocol.member;

/** A setting is wrong; the message is one line that names the key, the value and what is expected. */
public class SettingsException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public SettingsException(String message) {
        super(message);
    }

    public SettingsException(String message, Throwable cause) {
        super(message, cause);
    }
}

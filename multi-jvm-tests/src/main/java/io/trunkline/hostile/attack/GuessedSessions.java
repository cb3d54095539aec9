package io.trunkline.hostile.attack;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.concurrent.ThreadLocalRandom;

/** Guesses ids of sessions. */
final class GuessedSessions implements Attack {
    @Override
    public String name() {
        return "guessed-sessions";
    }

    @Override
    public String summary() {
        return "guesses of session ids";
    }

    @Override
    public void run(Field field) {
        field.each(8, name(), number -> {
            byte[] buffer = new byte[64 * 1024];
            while (!field.over()) {
                Socket socket = field.connect(field.addresses().http());
                OutputStream out = socket.getOutputStream();
                InputStream in = socket.getInputStream();
                do {
                    out.write(guess());
                } while (!field.over() && in.read(buffer) > 0);
            }
        });
    }

    private static byte[] guess() {
        StringBuilder id = new StringBuilder();
        for (int i = 0; i < 32; i++) {
            id.append((char) ('a' + ThreadLocalRandom.current().nextInt(26)));
        }
        return ("GET /mcp HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\nMcp-Session-Id: " + id
                        + "\r\nMCP-Protocol-Version: 2025-11-25\r\n\r\n")
                .getBytes(US_ASCII);
    }
}

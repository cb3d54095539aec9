package io.trunkline.hostile.attack;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.Socket;

/** Many clients that each have one large message outstanding: what is kept until it is answered. */
final class UnansweredMessages implements Attack {
    private static final int BYTES = 3_900_000;

    private final boolean http;

    private UnansweredMessages(boolean http) {
        this.http = http;
    }

    static Attack overTcp() {
        return new UnansweredMessages(false);
    }

    static Attack overHttp() {
        return new UnansweredMessages(true);
    }

    @Override
    public String name() {
        return http ? "unanswered-http" : "unanswered-tcp";
    }

    @Override
    public String summary() {
        return "large calls that are not answered yet, over " + (http ? "HTTP" : "TCP");
    }

    @Override
    public void run(Field field) {
        String call = Requests.longCall(BYTES);
        byte[] text = http ? Requests.post("tools/call", "sleep", call) : (call + "\n").getBytes(US_ASCII);
        field.each(field.size(60, 160), name(), number -> {
            Socket socket = field.connect(
                    http ? field.addresses().http() : field.addresses().tcp());
            socket.getOutputStream().write(text);
            await(socket);
        });
    }

    private static void await(Socket socket) throws IOException {
        while (socket.getInputStream().read() >= 0) {
            // Whatever it is told, it stays.
        }
    }
}

package io.trunkline.hostile.attack;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.OutputStream;
import java.util.List;

/** Pipelines requests that the balancer answers by itself, and reads no answer. */
final class UnreadRefusals implements Attack {
    private static final List<String> REQUESTS = List.of(
            "GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n",
            "DELETE /mcp HTTP/1.1\r\nHost: localhost\r\nMcp-Session-Id: none\r\n\r\n",
            "OPTIONS /mcp HTTP/1.1\r\nHost: localhost\r\n\r\n",
            "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                    + "Accept: application/json, text/event-stream\r\nContent-Length: 1\r\n\r\n{");

    @Override
    public String name() {
        return "unread-refusals";
    }

    @Override
    public String summary() {
        return "pipelined bad requests whose answers are not read";
    }

    @Override
    public void run(Field field) {
        field.each(2 * REQUESTS.size(), name(), number -> {
            byte[] many = REQUESTS.get(number % REQUESTS.size()).repeat(200).getBytes(US_ASCII);
            OutputStream out = field.connect(field.addresses().http()).getOutputStream();
            while (!field.over()) {
                out.write(many);
            }
        });
    }
}

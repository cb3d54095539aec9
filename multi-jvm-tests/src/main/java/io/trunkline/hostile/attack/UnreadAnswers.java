package io.trunkline.hostile.attack;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.OutputStream;

/** Asks for large answers, over TCP and HTTP in turn, and reads none. */
final class UnreadAnswers implements Attack {
    private static final int BYTES = 3_900_000;

    @Override
    public String name() {
        return "unread-answers";
    }

    @Override
    public String summary() {
        return "answers of 3.9 MB that are not read";
    }

    @Override
    public void run(Field field) {
        String call = Requests.call(1, "echo", "{\"text\":\"" + "x".repeat(BYTES) + "\"}");
        byte[] line = (call + "\n").getBytes(US_ASCII);
        byte[] post = Requests.post("tools/call", "echo", call);
        field.each(field.size(60, 160), name(), number -> {
            boolean http = number % 2 == 1;
            OutputStream out = field.connect(
                            http ? field.addresses().http() : field.addresses().tcp())
                    .getOutputStream();
            while (!field.over()) {
                out.write(http ? post : line);
            }
        });
    }
}

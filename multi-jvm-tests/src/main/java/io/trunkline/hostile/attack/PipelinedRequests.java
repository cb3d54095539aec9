package io.trunkline.hostile.attack;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.OutputStream;

/** Sends as many tiny requests as a read takes, behind one that runs for a minute. */
final class PipelinedRequests implements Attack {
    private static final String TINY = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    @Override
    public String name() {
        return "pipelined";
    }

    @Override
    public String summary() {
        return "64 KiB of tiny requests behind one that runs";
    }

    @Override
    public void run(Field field) {
        byte[] first = Requests.post("tools/call", "sleep", Requests.longCall(1));
        byte[] tiny = TINY.repeat(64 * 1024 / TINY.length()).getBytes(US_ASCII);
        field.each(field.size(200, 600), name(), number -> {
            OutputStream out = field.connect(field.addresses().http()).getOutputStream();
            out.write(first);
            out.flush();
            out.write(tiny);
        });
        field.hold();
    }
}

package io.trunkline.hostile.attack;

import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Posts large JSON with very many keys, several times a second: what it costs to read it. */
final class LargeJson implements Attack {
    /** Between two posts of one client: about five a second of each. */
    private static final int PAUSE_MILLIS = 200;

    @Override
    public String name() {
        return "large-json";
    }

    @Override
    public String summary() {
        return "four clients with five posts a second of 3.5 MB and many keys";
    }

    @Override
    public void run(Field field) {
        String keys = IntStream.range(0, 250_000)
                .mapToObj(number -> "\"k" + number + "\":" + number)
                .collect(Collectors.joining(","));
        byte[] post = Requests.post("tools/call", "echo", Requests.call(1, "echo", "{" + keys + "}"));
        field.each(4, name(), number -> {
            Socket socket = field.connect(field.addresses().http());
            OutputStream out = socket.getOutputStream();
            InputStream in = socket.getInputStream();
            byte[] buffer = new byte[64 * 1024];
            while (!field.over()) {
                out.write(post);
                if (in.read(buffer) < 0) {
                    return;
                }
                field.pause(PAUSE_MILLIS);
            }
        });
    }
}

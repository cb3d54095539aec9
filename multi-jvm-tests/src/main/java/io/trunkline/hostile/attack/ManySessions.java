package io.trunkline.hostile.attack;

import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;

/** Opens sessions of HTTP as fast as it can and never uses them. */
final class ManySessions implements Attack {
    private static final String INITIALIZE = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":"
            + "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{},"
            + "\"clientInfo\":{\"name\":\"many\",\"version\":\"1\"}}}";

    @Override
    public String name() {
        return "many-sessions";
    }

    @Override
    public String summary() {
        return "one address opens sessions as fast as it can";
    }

    @Override
    public void run(Field field) {
        byte[] initialize = Requests.post("", INITIALIZE);
        field.each(8, name(), number -> {
            byte[] buffer = new byte[64 * 1024];
            while (!field.over()) {
                Socket socket = field.connect(field.addresses().http());
                OutputStream out = socket.getOutputStream();
                InputStream in = socket.getInputStream();
                out.write(initialize);
                while (!field.over() && in.read(buffer) > 0) {
                    out.write(initialize);
                }
            }
        });
    }
}

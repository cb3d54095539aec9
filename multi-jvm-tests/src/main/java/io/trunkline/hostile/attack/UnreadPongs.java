package io.trunkline.hostile.attack;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.OutputStream;

/** WebSocket clients that send pings and read no pongs. */
final class UnreadPongs implements Attack {
    private static final byte[] UPGRADE = """
            GET /mcp/ws HTTP/1.1\r
            Host: localhost\r
            Connection: Upgrade\r
            Upgrade: websocket\r
            Sec-WebSocket-Version: 13\r
            Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r
            \r
            """.getBytes(US_ASCII);

    @Override
    public String name() {
        return "unread-pongs";
    }

    @Override
    public String summary() {
        return "WebSocket pings whose pongs are not read";
    }

    @Override
    public void run(Field field) {
        byte[] pings = new byte[100 * 131];
        for (int at = 0; at < pings.length; at += 131) {
            pings[at] = (byte) 0x89; // a whole ping
            pings[at + 1] = (byte) 0xFD; // masked, 125 bytes; the mask is 0
        }
        field.each(4, name(), number -> {
            OutputStream out = field.connect(field.addresses().http()).getOutputStream();
            out.write(UPGRADE);
            while (!field.over()) {
                out.write(pings);
            }
        });
    }
}

package io.trunkline.hostile.attack;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.trunkline.hostile.tools.HostileTools;
import java.net.Socket;

/** Calls a tool that harms the node that runs it. The tool says that it may be repeated. */
final class ToolThat implements Attack {
    private final String tool;
    private final String summary;
    private final int mostNodesLost;

    private ToolThat(String tool, String summary, int mostNodesLost) {
        this.tool = tool;
        this.summary = summary;
        this.mostNodesLost = mostNodesLost;
    }

    static Attack blocksItsLoop() {
        return new ToolThat(HostileTools.BLOCK, "an asynchronous tool that blocks for a second", 0);
    }

    static Attack endsItsNode() {
        return new ToolThat(HostileTools.HALT, "a read-only tool that ends its process", 2);
    }

    @Override
    public String name() {
        return "tool-" + tool;
    }

    @Override
    public String summary() {
        return summary;
    }

    @Override
    public int mostNodesLost() {
        return mostNodesLost;
    }

    @Override
    public void run(Field field) {
        field.each(1, name(), number -> {
            Socket socket = field.connect(field.addresses().tcp());
            for (int id = 1; !field.over(); id++) {
                socket.getOutputStream().write((Requests.call(id, tool, "{}") + "\n").getBytes(US_ASCII));
                int read = socket.getInputStream().read(new byte[64 * 1024]);
                if (read < 0 || mostNodesLost > 0) {
                    return;
                }
            }
        });
        field.hold();
    }
}

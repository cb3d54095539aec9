package io.trunkline.protocol.trunk;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import io.trunkline.protocol.frame.Frame;
import org.junit.jupiter.api.Test;

class TrunkWriterTest {
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final TrunkWriter writer = new TrunkWriter(channel);

    @Test
    void sendsTheFramesOfOneTurnInOneBuffer() {
        writer.write(new Frame.Ping(1));
        writer.writeData(1, 1, true, false, false, new byte[10], 0, 10);
        assertThat(channel.outboundMessages()).isEmpty();
        channel.runPendingTasks();
        ByteBuf sent = channel.readOutbound();
        assertThat(sent.readableBytes()).isEqualTo(20 + 26);
        sent.release();
        assertThat(channel.outboundMessages()).isEmpty();
        writer.close();
    }

    @Test
    void startsANewBufferWhenOneIsFull() {
        for (int i = 0; i < 10; i++) {
            writer.writeData(1, i, true, false, false, new byte[Frame.MAX_PAYLOAD], 0, Frame.MAX_PAYLOAD);
        }
        channel.runPendingTasks();
        int buffers = 0;
        for (ByteBuf sent = channel.readOutbound(); sent != null; sent = channel.readOutbound()) {
            buffers++;
            sent.release();
        }
        assertThat(buffers).isEqualTo(3);
        writer.close();
    }

    @Test
    void dropsFramesAfterItWasClosedAndKeepsNoBuffer() {
        writer.write(new Frame.Ping(1));
        writer.close();
        writer.write(new Frame.Ping(2));
        writer.close();
        channel.runPendingTasks();
        ByteBuf sent = channel.readOutbound();
        assertThat(sent.readableBytes()).isEqualTo(20);
        sent.release();
        assertThat(channel.outboundMessages()).isEmpty();
    }
}

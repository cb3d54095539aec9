package io.trunkline.protocol.trunk;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class StrangersTest {
    private final Strangers strangers = new Strangers(2);

    @Test
    void theOldestGivesWayToTheNewest() {
        EmbeddedChannel first = enter("192.0.2.1");
        EmbeddedChannel second = enter("192.0.2.1");
        EmbeddedChannel third = enter("192.0.2.2");

        assertThat(List.of(first.isOpen(), second.isOpen(), third.isOpen())).containsExactly(false, true, true);
        assertThat(strangers.count()).isEqualTo(2);
        assertThat(strangers.gaveWay()).isEqualTo(1);
    }

    @Test
    void whoHasProvedItselfOrIsGoneTakesNoRoom() {
        EmbeddedChannel proved = enter("192.0.2.1");
        strangers.leave(proved);
        enter("192.0.2.1").close();
        enter("192.0.2.1");
        enter("192.0.2.1");

        assertThat(proved.isOpen()).isTrue();
        assertThat(strangers.count()).isEqualTo(2);
        assertThat(strangers.gaveWay()).isZero();
    }

    @Test
    void addressesOfMembersHaveRoomOfTheirOwn() {
        strangers.members(List.of(address("192.0.2.7").getAddress()));
        EmbeddedChannel member = enter("192.0.2.7");
        for (int i = 0; i < 100; i++) {
            enter("192.0.2.1");
        }

        assertThat(member.isOpen()).isTrue();
        assertThat(strangers.count()).isEqualTo(3);
        enter("192.0.2.7");
        enter("192.0.2.7");
        assertThat(member.isOpen()).isFalse();
    }

    private EmbeddedChannel enter(String from) {
        EmbeddedChannel channel = new EmbeddedChannel() {
            @Override
            public SocketAddress remoteAddress() {
                return address(from);
            }
        };
        strangers.enter(channel);
        return channel;
    }

    private static InetSocketAddress address(String host) {
        try {
            return new InetSocketAddress(InetAddress.getByName(host), 1);
        } catch (java.net.UnknownHostException e) {
            throw new AssertionError(e);
        }
    }
}

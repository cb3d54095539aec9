package io.trunkline.balancer.assign;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class SourceHashTest extends PolicyContractTest {
    @Override
    Policy policy() {
        return new SourceHash();
    }

    @Test
    void aSourceAlwaysMeetsTheSameNodeThroughEveryBalancer() {
        NodeView here = Views.of(4);
        NodeView there = Views.of(4);
        SourceHash other = new SourceHash();
        for (int client = 0; client < 1_000; client++) {
            Assignment place = policy.assign(Views.client(client), here);
            here.candidates().get(client % 4).load().opened();
            assertThat(policy.assign(Views.client(client), here)).isEqualTo(place);
            assertThat(other.assign(Views.client(client), there)).isEqualTo(place);
        }
    }

    @Test
    void theOtherSourcesStayWhereTheyAreWhenANodeLeaves() {
        NodeView four = Views.of(4);
        NodeView three = Views.without(four, 1);
        for (int client = 0; client < 256; client++) {
            Assignment before = policy.assign(Views.client(client), four);
            Assignment after = policy.assign(Views.client(client), three);
            assertThat(before).isNotNull();
            if (before != null && before.node().equals(Views.key(2))) {
                assertThat(after).isNull();
            } else {
                assertThat(after).isEqualTo(before);
            }
        }
    }

    @Test
    void twoHundredNeighboursSpreadWithinTwoPercentWhereverTheyStart() {
        for (int start : new int[] {0, 1, 77, 130, 200, 255, 1_000, 65_000}) {
            NodeView view = Views.of(4);
            for (int client = start; client < start + 200; client++) {
                place(Views.client(client), view);
            }
            assertEven(view.candidates(), 2);
        }
    }

    @Test
    void aSourceWaitsForItsOwnNodeWhenThatIsFull() {
        NodeView view = Views.of(4);
        place(Views.client(5), view).load().limit(1);
        assertThat(policy.assign(Views.client(5), view)).isNull();
        assertThat(policy.assign(Views.client(6), view)).isNotNull();
    }

    @Test
    void takesAddressesOfBothFamilies() {
        NodeView view = Views.of(4);
        Random random = new Random(1);
        for (int client = 0; client < CLIENTS; client++) {
            byte[] address = new byte[16];
            random.nextBytes(address);
            address[0] = 0x20;
            place(Views.client(address), view);
        }
        assertEven(view.candidates(), 5);
    }
}

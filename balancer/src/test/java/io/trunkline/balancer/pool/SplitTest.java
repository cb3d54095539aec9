package io.trunkline.balancer.pool;

import static io.trunkline.balancer.pool.Pools.ask;
import static io.trunkline.balancer.pool.Pools.asksWithKey;
import static io.trunkline.balancer.pool.Pools.asksWithToken;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

class SplitTest {
    private static final int MANY = 100_000;

    private final Pools pools = new Pools();
    private final Pool blue = pools.of(PoolSettings.of("blue", Pools.servers(0, 1, 1), Balance.ROUND_ROBIN));
    private final Pool green = pools.of(PoolSettings.of("green", Pools.servers(0, 1), Balance.ROUND_ROBIN));

    @Test
    void aCanaryOfFivePercentGetsFivePercentOfRequestsAndOfKeys() {
        Split split = new Split(blue, green, 5);
        assertThat(percentOfGreen(split, Pools::ask)).isCloseTo(5, within(0.001));
        assertThat(percentOfGreen(split, client -> asksWithKey("tenant-" + client)))
                .isCloseTo(5, within(0.5));
        assertThat(percentOfGreen(new Split(blue, green, 0.25), Pools::ask)).isCloseTo(0.25, within(0.001));
    }

    @Test
    void aCanaryOfSourcesKeepsThem() {
        Pool hashed = pools.of(PoolSettings.of("blue", Pools.servers(0, 1, 1), Balance.SOURCE_HASH));
        Split split = new Split(hashed, green, 20);
        for (int client = 0; client < 1_000; client++) {
            assertThat(split.choose(ask(client), null)).isSameAs(split.choose(ask(client), null));
        }
        assertThat(percentOfGreen(split, Pools::ask)).isCloseTo(20, within(0.5));
    }

    @Test
    void aHeaderDecidesBeforeThePercentage() {
        Split split = new Split(blue, green, 0);
        assertThat(split.choose(ask(1), true)).isSameAs(green);
        split.percent(100);
        assertThat(split.choose(ask(1), false)).isSameAs(blue);
    }

    @Test
    void aTokenLeadsToThePoolOfItsServerWhileThatGetsAnything() {
        Split split = new Split(blue, green, 1);
        String onGreen = green.servers().get(0).token();
        String onBlue = blue.servers().get(1).token();
        for (int i = 0; i < 1_000; i++) {
            assertThat(split.choose(asksWithToken(onGreen), null)).isSameAs(green);
            assertThat(split.choose(asksWithToken(onBlue), null)).isSameAs(blue);
        }
    }

    @Test
    void oneCallSwitchesFromBlueToGreenAndBack() {
        Split split = new Split(blue, green, 0);
        String onBlue = blue.servers().get(0).token();
        assertThat(percentOfGreen(split, Pools::ask)).isZero();
        split.percent(100);
        assertThat(percentOfGreen(split, Pools::ask)).isEqualTo(100);
        assertThat(split.choose(asksWithToken(onBlue), null)).isSameAs(green);
        split.percent(0);
        assertThat(percentOfGreen(split, Pools::ask)).isZero();
    }

    @Test
    void refusesWhatIsNoPercentage() {
        assertThatThrownBy(() -> new Split(blue, green, 101)).hasMessage("percent: 101.0 (expected: 0 to 100)");
    }

    private double percentOfGreen(Split split, IntFunction<Ask> asks) {
        int ofGreen = 0;
        for (int client = 0; client < MANY; client++) {
            ofGreen += split.choose(asks.apply(client), null) == green ? 1 : 0;
        }
        return ofGreen * 100.0 / MANY;
    }
}

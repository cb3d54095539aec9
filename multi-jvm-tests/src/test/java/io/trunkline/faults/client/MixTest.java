package io.trunkline.faults.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.trunkline.faults.history.Kind;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class MixTest {

    @Test
    void theSameSeedAsksTheSame() {
        assertThat(asks(7, 3)).isEqualTo(asks(7, 3)).isNotEqualTo(asks(8, 3)).isNotEqualTo(asks(7, 4));
    }

    @Test
    void everyKindComesAndHoldsStayWithinTheirBound() {
        Set<Kind> kinds = asks(1, 0).stream().map(Ask::kind).collect(Collectors.toSet());
        assertThat(kinds).isEqualTo(EnumSet.complementOf(EnumSet.of(Kind.INITIALIZE)));
        assertThat(asks(1, 0)).extracting(Ask::holdMillis).allMatch(hold -> hold >= 0 && hold <= 250);
    }

    private static List<Ask> asks(long seed, int client) {
        Mix mix = new Mix(seed, client, 250);
        return IntStream.range(1, 1_000).mapToObj(mix::next).toList();
    }
}

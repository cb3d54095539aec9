package io.trunkline.hostile.attack;

import java.util.List;

/** All attacks. */
public final class Attacks {
    private Attacks() {}

    /** In the order of the table. */
    public static List<Attack> all() {
        return List.of(
                UnansweredMessages.overTcp(),
                UnansweredMessages.overHttp(),
                new UnreadRefusals(),
                new UnreadPongs(),
                new PipelinedRequests(),
                new UnreadAnswers(),
                new LargeJson(),
                new ManySessions(),
                new GuessedSessions(),
                new SilentStrangers(),
                new SlowAdministrators(),
                new ArteryFrames(),
                ToolThat.blocksItsLoop(),
                ToolThat.endsItsNode());
    }
}

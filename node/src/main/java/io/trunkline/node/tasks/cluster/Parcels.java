package io.trunkline.node.tasks.cluster;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.javadsl.StreamRefs;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * Packs and opens the parcels of one node. Those that are streams wait here until they are fetched, 64 MiB together;
 * what is not fetched is dropped (pekko.stream.materializer.stream-ref.subscription-timeout). Thread-safe.
 */
final class Parcels {

    /** Bytes that travel in one message. */
    static final int CHUNK = 64 << 10;

    /** Bytes of one parcel that is opened: more than any answer about a task has. */
    static final int MOST = 32 << 20;

    private static final int ALL = 64 << 20;

    private static final Duration FETCH = Duration.ofSeconds(10);

    private final ActorSystem<?> system;
    private final Semaphore room = new Semaphore(ALL);

    Parcels(ActorSystem<?> system) {
        this.system = system;
    }

    /** Null when too much is under way. */
    @Nullable
    Parcel pack(byte[] content) {
        if (content.length <= CHUNK) {
            return new Parcel(content, null);
        }
        if (!room.tryAcquire(content.length)) {
            return null;
        }
        int chunks = (content.length + CHUNK - 1) / CHUNK;
        var stream = Source.range(0, chunks - 1)
                .map(chunk ->
                        ByteString.fromArray(content, chunk * CHUNK, Math.min(CHUNK, content.length - chunk * CHUNK)))
                .watchTermination(Keep.right())
                .mapMaterializedValue(ended -> freed(ended, content.length))
                .runWith(StreamRefs.sourceRef(), system);
        return new Parcel(new byte[0], stream);
    }

    private CompletionStage<Done> freed(CompletionStage<Done> ended, int bytes) {
        return ended.whenComplete((done, failure) -> room.release(bytes));
    }

    /** The content; fails when it does not come within ten seconds. */
    CompletionStage<byte[]> open(Parcel parcel) {
        if (parcel.stream() == null) {
            return CompletableFuture.completedFuture(parcel.content());
        }
        return parcel.stream()
                .getSource()
                .limitWeighted(MOST, part -> (long) part.size())
                .completionTimeout(FETCH)
                .runFold(
                        new ByteArrayOutputStream(),
                        (all, part) -> {
                            all.writeBytes(part.toArrayUnsafe());
                            return all;
                        },
                        system)
                .thenApply(ByteArrayOutputStream::toByteArray);
    }
}

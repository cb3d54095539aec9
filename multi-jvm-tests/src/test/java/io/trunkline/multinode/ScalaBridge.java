package io.trunkline.multinode;

import java.lang.reflect.Field;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import scala.collection.immutable.Seq;
import scala.concurrent.Future;
import scala.concurrent.duration.FiniteDuration;
import scala.jdk.javaapi.CollectionConverters;
import scala.jdk.javaapi.DurationConverters;
import scala.jdk.javaapi.FutureConverters;

/** The few conversions that the testkit, written for Scala, asks of Java callers. */
final class ScalaBridge {

    private ScalaBridge() {}

    static <T> Seq<T> seq(List<? extends T> list) {
        return CollectionConverters.<T>asScala(List.<T>copyOf(list)).toSeq();
    }

    static FiniteDuration duration(Duration duration) {
        return DurationConverters.toScala(duration);
    }

    /**
     * Waits for a command to be carried out.
     *
     * @throws AssertionError when the command fails or is not answered within {@code max}
     */
    static <T> T await(String command, Future<T> answer, Duration max) {
        try {
            return FutureConverters.asJava(answer).toCompletableFuture().get(max.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError(command + " failed: " + e.getCause(), e.getCause());
        } catch (TimeoutException e) {
            throw new AssertionError(command + " was not answered within " + max.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(command + " was interrupted", e);
        }
    }

    /**
     * Both directions of a link. Found by reflection: javac cannot name an object nested in an object. Named in full:
     * an import of the class, deprecated with the old transport it was made for, would be a warning.
     */
    @SuppressWarnings("deprecation")
    static org.apache.pekko.remote.transport.ThrottlerTransportAdapter.Direction bothDirections() {
        var direction = org.apache.pekko.remote.transport.ThrottlerTransportAdapter.Direction.class;
        try {
            Field both = Class.forName(direction.getName() + "$Both$").getField("MODULE$");
            return direction.cast(both.get(null));
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("the testkit has no direction named Both", e);
        }
    }
}

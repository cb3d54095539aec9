package io.trunkline.node.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.netty.channel.EventLoopGroup;
import io.trunkline.protocol.trunk.NetTransport;
import io.trunkline.protocol.trunk.NetTransport.LoopThread;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class InlineExecutorTest {
    private static final ActorTestKit KIT =
            ActorTestKit.create(ConfigFactory.parseString("pekko { actor.provider = local, loglevel = OFF }")
                    .withFallback(ConfigFactory.load()));
    private static final EventLoopGroup LOOPS = NetTransport.NIO.group(1, "test");

    private final BlockingQueue<Thread> ranOn = new LinkedBlockingQueue<>();

    @AfterAll
    static void stop() {
        LOOPS.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        KIT.shutdownTestKit();
    }

    @Test
    void runsWithinTheCallOnAnEventLoop() throws Exception {
        ActorRef<Runnable> actor = spawn();

        Thread loop = onLoop(() -> {
            actor.tell(() -> ranOn.add(Thread.currentThread()));
            assertThat(ranOn).hasSize(1);
            return Thread.currentThread();
        });

        assertThat(ranOn.take()).isSameAs(loop).isInstanceOf(LoopThread.class);
    }

    @Test
    void runsInThePoolForAnyOtherThread() throws Exception {
        spawn().tell(() -> ranOn.add(Thread.currentThread()));

        Thread thread = ranOn.take();
        assertThat(thread).isNotSameAs(Thread.currentThread()).isNotInstanceOf(LoopThread.class);
        assertThat(thread.getName()).contains("trunk-dispatcher");
    }

    @Test
    void whatAnActorTellsItselfComesAfterWhatItIsDoing() throws Exception {
        ActorRef<Runnable> actor = spawn();
        List<String> order = new ArrayList<>();

        onLoop(() -> {
            actor.tell(() -> {
                actor.tell(() -> order.add("second"));
                order.add("first");
            });
            order.add("after");
            return order;
        });

        assertThat(order).containsExactly("first", "second", "after");
    }

    @Test
    void actorsThatTellEachOtherDoNotRunInsideEachOther() throws Exception {
        ActorRef<Runnable> one = spawn();
        ActorRef<Runnable> two = spawn();
        List<String> order = new ArrayList<>();

        onLoop(() -> {
            one.tell(() -> {
                two.tell(() -> {
                    one.tell(() -> order.add("one again"));
                    order.add("two");
                });
                order.add("one");
            });
            return order;
        });

        assertThat(order).containsExactly("two", "one", "one again");
    }

    @Test
    void anEventLoopDoesNotWaitForAnActorThatIsBusyElsewhere() throws Exception {
        ActorRef<Runnable> actor = spawn();
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch free = new CountDownLatch(1);
        actor.tell(() -> {
            busy.countDown();
            await(free);
            ranOn.add(Thread.currentThread());
        });
        await(busy);

        onLoop(() -> {
            actor.tell(() -> ranOn.add(Thread.currentThread()));
            return ranOn;
        });
        assertThat(ranOn).isEmpty();
        free.countDown();

        // Whoever has the actor goes on with it.
        assertThat(ranOn.take()).isSameAs(ranOn.take()).isNotInstanceOf(LoopThread.class);
    }

    @Test
    void thousandsOfMessagesThatWaitedDoNotOverflowTheStack() throws Exception {
        ActorRef<Runnable> actor = spawn();
        List<Integer> handled = new ArrayList<>();

        onLoop(() -> {
            actor.tell(() -> {
                for (int i = 0; i < 20_000; i++) {
                    int number = i;
                    actor.tell(() -> handled.add(number));
                }
            });
            return handled;
        });

        assertThat(handled).hasSize(20_000).isSorted();
    }

    @Test
    void anActorThatFailsDoesNotHurtTheEventLoop() throws Exception {
        ActorRef<Runnable> actor = spawn();

        onLoop(() -> {
            actor.tell(() -> {
                throw new IllegalStateException("a defect");
            });
            return actor;
        });

        KIT.<Object>createTestProbe().expectTerminated(actor, Duration.ofSeconds(10));
    }

    private static ActorRef<Runnable> spawn() throws Exception {
        ActorRef<Runnable> actor = KIT.spawn(
                Behaviors.receiveMessage((Runnable task) -> {
                    task.run();
                    return Behaviors.same();
                }),
                DispatcherSelector.fromConfig("trunkline.node.session.trunk-dispatcher"));
        // The pool starts the actor; until it has let go of it, messages are handled there.
        BlockingQueue<Thread> handledBy = new LinkedBlockingQueue<>();
        do {
            onLoop(() -> {
                actor.tell(() -> handledBy.add(Thread.currentThread()));
                return actor;
            });
        } while (!(handledBy.take() instanceof LoopThread));
        return actor;
    }

    private static <T> T onLoop(Callable<T> task) throws Exception {
        return LOOPS.next().submit(task).get(30, TimeUnit.SECONDS);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}

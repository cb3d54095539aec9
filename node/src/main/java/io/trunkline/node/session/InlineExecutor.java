package io.trunkline.node.session;

import com.typesafe.config.Config;
import io.trunkline.protocol.trunk.NetTransport.LoopThread;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.dispatch.DispatcherPrerequisites;
import org.apache.pekko.dispatch.ExecutorServiceConfigurator;
import org.apache.pekko.dispatch.ExecutorServiceFactory;
import org.apache.pekko.dispatch.ForkJoinExecutorConfigurator;

/**
 * Runs an actor at once on the calling thread when that is an event loop, and in a fork-join pool otherwise. With it a
 * client's message goes from the trunk through the session actor and back into the trunk without changing threads; the
 * mailbox still sees to it that one thread at a time runs the actor.
 *
 * <p>Made by Pekko from a dispatcher's configuration; see {@code trunkline.node.session.trunk-dispatcher}.
 */
public final class InlineExecutor extends ExecutorServiceConfigurator {
    private final ForkJoinExecutorConfigurator pool;

    /** Called by Pekko, by reflection. */
    public InlineExecutor(Config config, DispatcherPrerequisites prerequisites) {
        super(config, prerequisites);
        this.pool = new ForkJoinExecutorConfigurator(config.getConfig("fork-join-executor"), prerequisites);
    }

    @Override
    public ExecutorServiceFactory createExecutorServiceFactory(String id, ThreadFactory threadFactory) {
        ExecutorServiceFactory factory = pool.createExecutorServiceFactory(id, threadFactory);
        return () -> new InlineService(factory.createExecutorService());
    }

    private static final class InlineService extends AbstractExecutorService {
        private final ExecutorService pool;

        InlineService(ExecutorService pool) {
            this.pool = pool;
        }

        @Override
        public void execute(Runnable task) {
            if (Thread.currentThread() instanceof LoopThread) {
                task.run();
            } else {
                pool.execute(task);
            }
        }

        @Override
        public void shutdown() {
            pool.shutdown();
        }

        @Override
        public List<Runnable> shutdownNow() {
            return pool.shutdownNow();
        }

        @Override
        public boolean isShutdown() {
            return pool.isShutdown();
        }

        @Override
        public boolean isTerminated() {
            return pool.isTerminated();
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
            return pool.awaitTermination(timeout, unit);
        }
    }
}

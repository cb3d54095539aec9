package io.trunkline.multinode;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test class whose methods run in one JVM per role, all at the same time.
 *
 * <p>The methods are the steps of one story: they run in the order of their {@code @Order}, share one actor system per
 * node, and a failed step skips the later ones. A method may ask for the {@link MultiNode} and for its own {@link
 * Roles} as parameters. A step's name must be unique in its class.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith({LauncherSide.class, NodeSide.class})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Tag("multi-node")
public @interface MultiNodeTest {

    /** The nodes that take part and their configuration; needs a constructor without parameters. */
    Class<? extends Roles> value();

    /**
     * Seconds for all steps together, from the moment when every node is in its first, until the nodes that still run
     * are dumped and killed. How long they may take to get there is the launch's own limit.
     */
    int timeoutSeconds() default 120;

    /** Flags of each node JVM: small heaps and a cheap compiler, because several of them share the build's cores. */
    String[] jvmFlags() default {"-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"};
}

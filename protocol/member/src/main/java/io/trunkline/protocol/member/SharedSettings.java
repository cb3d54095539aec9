package io.trunkline.protocol.member;

import com.typesafe.config.Config;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.cluster.ConfigValidation;
import org.apache.pekko.cluster.Invalid;
import org.apache.pekko.cluster.JoinConfigCompatChecker;
import org.apache.pekko.cluster.Valid;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Keeps a member out of the cluster whose settings would contradict those of the others: session ids carry their slot,
 * so nodes that count slots differently would look for one session in different places. Pekko asks it on both sides of
 * a join; named in {@code trunkline-system.conf}.
 */
public final class SharedSettings extends JoinConfigCompatChecker {

    /** Only nodes have it; a member without it agrees with everybody. */
    static final String SLOTS = "trunkline.node.session.slots";

    /** A balancer must not take a message that its nodes refuse, nor one node what the next one refuses. */
    static final String MESSAGE = "trunkline.member.message-limit";

    private static final List<String> SAME = List.of(SLOTS, MESSAGE);

    @Override
    public Seq<String> requiredKeys() {
        return scala(SAME);
    }

    @Override
    public ConfigValidation check(Config other, Config own) {
        List<String> differences = new ArrayList<>();
        for (String key : SAME) {
            if (other.hasPath(key) && own.hasPath(key) && !other.getBytes(key).equals(own.getBytes(key))) {
                differences.add(key + ": " + other.getString(key) + " at the other member (expected: as here, "
                        + own.getString(key) + ")");
            }
        }
        return differences.isEmpty() ? Valid.getInstance() : new Invalid(scala(differences));
    }

    private static Seq<String> scala(List<String> texts) {
        return CollectionConverters.asScala(texts).toList();
    }
}

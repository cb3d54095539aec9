package io.trunkline.balancer.trunk;

import io.trunkline.protocol.frame.Bytes;
import io.trunkline.protocol.session.Owner;

/**
 * What a session is opened with.
 *
 * @param epoch counts the bindings of the session, from 1; {@link io.trunkline.protocol.frame.Frame#ADOPT} asks the
 *     node for a session that it has
 * @param transport how the client is connected, for example {@code tcp}
 * @param remote the client's address
 * @param checkpoint what the session was before; empty when it is new
 * @param guest whether the node is asked to take it although it does not host the session's slot
 * @param lost the node that was lost with messages unanswered, empty when there is none
 * @param owner whose session it is
 */
public record Binding(
        String session,
        int epoch,
        String transport,
        String remote,
        Bytes checkpoint,
        boolean guest,
        String lost,
        Owner owner) {}

/**
 * What every member process has, node or balancer: settings, the actor system, reports, management.
 *
 * <p>Fed by the {@code main} of a process, hands on to its guardian actor. Start reading at {@link
 * io.trunkline.protocol.member.Member}.
 */
@NullMarked
package io.trunkline.protocol.member;

import org.jspecify.annotations.NullMarked;

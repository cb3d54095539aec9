package io.trunkline.node.tasks;

import io.trunkline.node.spi.Principal;
import java.time.Instant;

/**
 * A task that has ended, as a node that leaves hands it over to another one.
 *
 * @param principal whose it is
 * @param status as clients are told it
 * @param updated when it ended
 * @param end the result or the error, JSON; empty when there is none
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record EndedTask(String id, Principal principal, String status, Instant updated, byte[] end) {}

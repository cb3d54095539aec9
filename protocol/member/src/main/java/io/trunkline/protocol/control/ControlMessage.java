package io.trunkline.protocol.control;

/**
 * Marks a message that may leave the JVM by Artery; the marker is what binds it to Jackson CBOR (see
 * {@code trunkline-system.conf}).
 *
 * <p>Delivery is at most once and buffers drop when they are full, so a control message may be lost and the
 * next one must make up for it. Implementations are records that tolerate fields they do not know, because
 * members of two versions meet during an upgrade.
 */
public interface ControlMessage {}

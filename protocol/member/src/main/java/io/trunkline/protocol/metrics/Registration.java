package io.trunkline.protocol.metrics;

/** Something that was added and can be taken out again; closing twice is fine. */
@FunctionalInterface
public interface Registration extends AutoCloseable {
    @Override
    void close();
}

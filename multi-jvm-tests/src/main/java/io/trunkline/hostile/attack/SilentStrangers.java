package io.trunkline.hostile.attack;

/** Connects to the ports for trunks and between balancers, and says nothing, over and over. */
final class SilentStrangers implements Attack {
    /**
     * Between two tries of one stranger: 200 of them are to fill the room, not the processors that the neighbours
     * share.
     */
    private static final int PAUSE_MILLIS = 250;

    @Override
    public String name() {
        return "silent-strangers";
    }

    @Override
    public String summary() {
        return "strangers at the trunk and peer ports who say nothing";
    }

    @Override
    public void run(Field field) {
        field.each(200, name(), number -> {
            while (!field.over()) {
                // Until it is sent away; then it comes again.
                field.connect(
                                number % 2 == 0
                                        ? field.addresses().trunk()
                                        : field.addresses().peer())
                        .getInputStream()
                        .read();
                field.pause(PAUSE_MILLIS);
            }
        });
    }
}

package io.trunkline.hostile.attack;

import java.io.OutputStream;

/** Takes every place of the ports for health and statistics with requests that never end. */
final class SlowAdministrators implements Attack {
    @Override
    public String name() {
        return "slow-admin";
    }

    @Override
    public String summary() {
        return "requests to health and statistics that never end";
    }

    @Override
    public void run(Field field) {
        field.each(600, name(), number -> {
            OutputStream out = field.connect(
                            number % 2 == 0
                                    ? field.addresses().health()
                                    : field.addresses().stats())
                    .getOutputStream();
            out.write('G');
            out.flush();
        });
        field.hold();
    }
}

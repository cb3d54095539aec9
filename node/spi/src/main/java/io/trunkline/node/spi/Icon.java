package io.trunkline.node.spi;

import java.util.List;

/**
 * A picture of a tool, resource or prompt for user interfaces.
 *
 * @param src an {@code https:} or {@code data:} URI; clients refuse others
 * @param mimeType such as {@code image/png}; empty for none
 * @param sizes such as {@code 48x48} or {@code any}
 * @param theme the background that it is made for, {@code light} or {@code dark}; empty for any
 */
public record Icon(String src, String mimeType, List<String> sizes, String theme) {

    public Icon {
        if (!src.startsWith("https:") && !src.startsWith("data:")) {
            throw new IllegalArgumentException("icon: " + src + " (expected: an https: or data: URI)");
        }
        if (!theme.isEmpty() && !theme.equals("light") && !theme.equals("dark")) {
            throw new IllegalArgumentException("theme of an icon: " + theme + " (expected: light, dark or nothing)");
        }
        sizes = List.copyOf(sizes);
    }

    /** A picture for any background. */
    public Icon(String src, String mimeType, List<String> sizes) {
        this(src, mimeType, sizes, "");
    }
}

package io.trunkline.node.spi;

import java.util.List;

/**
 * A picture of a tool for user interfaces.
 *
 * @param src an {@code https:} or {@code data:} URI; clients refuse others
 * @param mimeType such as {@code image/png}; empty for none
 * @param sizes such as {@code 48x48} or {@code any}
 */
public record Icon(String src, String mimeType, List<String> sizes) {

    public Icon {
        if (!src.startsWith("https:") && !src.startsWith("data:")) {
            throw new IllegalArgumentException("icon: " + src + " (expected: an https: or data: URI)");
        }
        sizes = List.copyOf(sizes);
    }
}

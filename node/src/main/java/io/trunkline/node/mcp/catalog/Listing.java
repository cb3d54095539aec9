package io.trunkline.node.mcp.catalog;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.trunkline.node.mcp.wire.RpcFault;
import io.trunkline.protocol.jsonrpc.ProtocolVersion;
import java.io.ByteArrayOutputStream;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A list that clients read in pages, sorted by key. Immutable.
 *
 * <p>A cursor names the kind of the list and the last key of the page before. So it stays good on another node, and
 * when items come or go.
 */
public final class Listing<T extends Registered<?>> {

    private static final byte[] NEXT = "],\"nextCursor\":\"".getBytes(UTF_8);

    /** The longest key, a URI of three bytes for each character, as Base64, with room for the kind. */
    private static final int MAX_CURSOR = 8300;

    private final NavigableMap<String, T> items;
    private final Map<String, T> byLookup = new HashMap<>();
    private final String cursorPrefix;
    private final byte[] start;
    private final int pageSize;

    /**
     * @param member the name of the array in the result, which is the kind of the list, too
     */
    Listing(String member, NavigableMap<String, T> items, int pageSize) {
        this.items = new TreeMap<>(items);
        items.values().forEach(item -> byLookup.put(item.lookup(), item));
        this.cursorPrefix = member + " after ";
        this.start = ("{\"" + member + "\":[").getBytes(UTF_8);
        this.pageSize = pageSize;
    }

    /** The one with this {@linkplain Registered#lookup lookup}. */
    @Nullable
    public T find(String lookup) {
        return byLookup.get(lookup);
    }

    public Collection<T> items() {
        return items.values();
    }

    /** The result of the list's method for one page; a null cursor starts at the first. */
    public byte[] page(ProtocolVersion version, @Nullable String cursor) throws RpcFault {
        NavigableMap<String, T> rest = cursor == null ? items : items.tailMap(key(cursor), false);
        ByteArrayOutputStream page = new ByteArrayOutputStream(1024);
        page.writeBytes(start);
        Iterator<T> next = rest.values().iterator();
        String last = "";
        for (int i = 0; i < pageSize && next.hasNext(); i++) {
            if (i > 0) {
                page.write(',');
            }
            T item = next.next();
            page.writeBytes(item.entry(version));
            last = item.key();
        }
        if (next.hasNext()) {
            page.writeBytes(NEXT);
            page.writeBytes(Base64.getUrlEncoder().withoutPadding().encode((cursorPrefix + last).getBytes(UTF_8)));
            page.write('"');
        } else {
            page.write(']');
        }
        page.write('}');
        return page.toByteArray();
    }

    private String key(String cursor) throws RpcFault {
        if (cursor.length() <= MAX_CURSOR) {
            try {
                String text = new String(Base64.getUrlDecoder().decode(cursor), UTF_8);
                if (text.startsWith(cursorPrefix)) {
                    return text.substring(cursorPrefix.length());
                }
            } catch (IllegalArgumentException e) {
                // Not Base64, hence not one of ours either.
            }
        }
        throw RpcFault.invalidParams("\"cursor\" is not one that this list gave");
    }
}

package io.trunkline.node.mcp;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.trunkline.node.spi.Tool;
import io.trunkline.node.spi.ToolProvider;
import io.trunkline.protocol.jsonrpc.ProtocolVersion;
import java.io.ByteArrayOutputStream;
import java.util.Base64;
import java.util.Collection;
import java.util.Iterator;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All tools of a node by name, and the pages of their list.
 *
 * <p>A cursor names the last tool of the page before. So it stays good on another node, and when tools come or go.
 */
final class ToolRegistry {

    private static final String CURSOR_PREFIX = "after:";
    private static final byte[] START = "{\"tools\":[".getBytes(UTF_8);
    private static final byte[] NEXT = "],\"nextCursor\":\"".getBytes(UTF_8);
    private static final int MAX_CURSOR = 256;

    private final NavigableMap<String, RegisteredTool> tools = new TreeMap<>();
    private final int pageSize;

    private ToolRegistry(int pageSize) {
        this.pageSize = pageSize;
    }

    /**
     * Collects the tools of all providers.
     *
     * @throws IllegalArgumentException when a name is offered twice, a schema is not one, or a provider fails
     */
    static ToolRegistry of(Iterable<? extends ToolProvider> providers, int pageSize, ObjectMapper mapper) {
        ToolRegistry registry = new ToolRegistry(pageSize);
        TreeMap<String, String> owners = new TreeMap<>();
        for (ToolProvider provider : providers) {
            String owner = provider.getClass().getName();
            for (Tool tool : tools(provider)) {
                String other = owners.putIfAbsent(tool.name(), owner);
                if (other != null) {
                    throw new IllegalArgumentException(
                            "tool " + tool.name() + ": offered by " + other + " and by " + owner + " (expected: once)");
                }
                registry.tools.put(tool.name(), new RegisteredTool(tool, mapper));
            }
        }
        return registry;
    }

    private static Collection<Tool> tools(ToolProvider provider) {
        try {
            return provider.tools();
        } catch (RuntimeException e) {
            throw new IllegalArgumentException("tools of " + provider.getClass().getName() + ": " + e.getMessage(), e);
        }
    }

    @Nullable
    RegisteredTool find(String name) {
        return tools.get(name);
    }

    /** The result of {@code tools/list} for one page; null starts at the first. */
    byte[] page(ProtocolVersion version, @Nullable String cursor) throws RpcFault {
        NavigableMap<String, RegisteredTool> rest = cursor == null ? tools : tools.tailMap(name(cursor), false);
        ByteArrayOutputStream page = new ByteArrayOutputStream(1024);
        page.writeBytes(START);
        Iterator<RegisteredTool> next = rest.values().iterator();
        String last = "";
        for (int i = 0; i < pageSize && next.hasNext(); i++) {
            if (i > 0) {
                page.write(',');
            }
            RegisteredTool tool = next.next();
            page.writeBytes(tool.entry(version));
            last = tool.tool().name();
        }
        if (next.hasNext()) {
            page.writeBytes(NEXT);
            page.writeBytes(Base64.getUrlEncoder().withoutPadding().encode((CURSOR_PREFIX + last).getBytes(UTF_8)));
            page.write('"');
        } else {
            page.write(']');
        }
        page.write('}');
        return page.toByteArray();
    }

    private static String name(String cursor) throws RpcFault {
        if (cursor.length() <= MAX_CURSOR) {
            try {
                String text = new String(Base64.getUrlDecoder().decode(cursor), UTF_8);
                if (text.startsWith(CURSOR_PREFIX)) {
                    return text.substring(CURSOR_PREFIX.length());
                }
            } catch (IllegalArgumentException e) {
                // Not Base64, hence not one of ours either.
            }
        }
        throw RpcFault.invalidParams("\"cursor\" is not one that this server gave");
    }
}

package io.trunkline.balancer.auth;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.trunkline.protocol.uri.NormalUri;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What this server says about itself as a resource, and where (RFC 9728, sections 2 and 3). Immutable. */
final class ResourceMetadata {
    /** Where any resource is described; its own path, if it has one, comes last. */
    static final String ROOT = "/.well-known/oauth-protected-resource";

    /** The path that requests of MCP are served at here, whatever it is called before a proxy changes it. */
    private static final String HERE = ROOT + "/mcp";

    private final String uri;
    private final Set<String> paths;
    private final byte[] json;

    /**
     * The description of a resource that takes tokens of some authorization server.
     *
     * @param scopes what every request needs: those for some messages alone are told of when they are needed
     */
    ResourceMetadata(ResourceSettings resource, Set<String> scopes) {
        URI called = URI.create(resource.uri());
        String path = called.getRawPath() == null || called.getRawPath().equals("/") ? "" : called.getRawPath();
        String query = called.getRawQuery() == null ? "" : "?" + called.getRawQuery();
        this.uri = called.getScheme() + "://" + called.getRawAuthority() + ROOT + path + query;
        this.paths = new HashSet<>(List.of(ROOT, HERE, ROOT + NormalUri.octets(path)));
        List<String> issuers =
                resource.issuers().stream().map(ResourceSettings.Issuer::issuer).toList();
        String name = resource.name().isEmpty() ? "" : ",\"resource_name\":" + quoted(resource.name());
        this.json = ("{\"resource\":" + quoted(resource.uri()) + name + list("authorization_servers", issuers)
                        + list("bearer_methods_supported", List.of("header"))
                        + list("scopes_supported", new TreeSet<>(scopes)) + "}")
                .getBytes(StandardCharsets.UTF_8);
    }

    /** Where clients find it, for those who are refused. */
    String uri() {
        return uri;
    }

    /** Whether it is found at this path of a request. */
    boolean isAt(String path) {
        return paths.contains(NormalUri.octets(path));
    }

    /** The description. Not to be changed. */
    byte[] json() {
        return json;
    }

    /** A member that is left out when there is nothing in it (RFC 9728, section 3.2). */
    private static String list(String name, Collection<String> texts) {
        return texts.isEmpty()
                ? ""
                : texts.stream()
                        .map(ResourceMetadata::quoted)
                        .collect(Collectors.joining(",", ",\"" + name + "\":[", "]"));
    }

    private static String quoted(String text) {
        return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
    }
}

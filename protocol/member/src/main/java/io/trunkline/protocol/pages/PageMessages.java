package io.trunkline.protocol.pages;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpEntity;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;

/**
 * Between what Netty reads and writes and what pages are made of: Pekko's model of HTTP, without a server of Pekko's.
 */
final class PageMessages {
    private PageMessages() {}

    /** Headers that tell a command of an operator from one that a page in a browser has made up. */
    private static final List<String> ORIGINS = List.of("Origin", "X-Trunkline-Control");

    /**
     * A request as pages know it: HEAD is a GET whose body is not written. Of its headers they need the
     * type of the body, and where it comes from.
     *
     * @throws RuntimeException when it has no meaning, such as a target that is no URI
     */
    static HttpRequest request(io.netty.handler.codec.http.HttpRequest head, byte[] body) {
        String target = head.uri();
        if (!target.startsWith("/")) {
            // Absolute form (RFC 9112, section 3.2.2).
            int path = target.indexOf('/', target.indexOf("://") + 3);
            target = path < 0 ? "/" : target.substring(path);
        }
        HttpRequest request = HttpRequest.create(target);
        if (!head.method().equals(io.netty.handler.codec.http.HttpMethod.HEAD)) {
            request = request.withMethod(HttpMethods.lookup(head.method().name())
                    .orElseThrow(() -> new IllegalArgumentException("unknown method")));
        }
        for (String name : ORIGINS) {
            String value = head.headers().get(name);
            request = value == null ? request : request.addHeader(RawHeader.create(name, value));
        }
        if (body.length == 0) {
            return request;
        }
        String type = head.headers().get(HttpHeaderNames.CONTENT_TYPE, "application/octet-stream");
        return request.withEntity(HttpEntities.create(ContentTypes.parse(type), body));
    }

    /** A page as it is written; the length and the connection's fate are the writer's. */
    static FullHttpResponse response(HttpResponse page, HttpEntity.Strict entity) {
        FullHttpResponse answer = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(page.status().intValue()),
                Unpooled.wrappedBuffer(entity.getData().toArray()));
        for (HttpHeader header : page.getHeaders()) {
            answer.headers().add(header.name(), header.value());
        }
        String type = entity.getContentType().toString();
        if (!type.equals("none/none")) {
            answer.headers().set(HttpHeaderNames.CONTENT_TYPE, type);
        }
        return answer;
    }
}

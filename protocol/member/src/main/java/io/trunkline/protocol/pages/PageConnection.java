package io.trunkline.protocol.pages;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.model.HttpEntity;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a port of pages: reads a request, checks whom it is meant for, has it answered and writes the
 * answer, one after the other. Reads Netty's HTTP objects, belongs to the channel's event loop. A deadline stands
 * behind each phase, and what is too long, broken or late ends the connection.
 */
final class PageConnection extends SimpleChannelInboundHandler<HttpObject> {
    private static final long REQUEST_MILLIS = 5000;
    private static final long ANSWER_MILLIS = 5000;
    private static final long WRITE_MILLIS = 5000;
    private static final long IDLE_MILLIS = 15_000;

    /** Bodies are forms of a few words; more is read and dropped, up to the second bound. */
    private static final int BODY_BYTES = 64 * 1024;

    private static final int MOST_BODY_BYTES = 1024 * 1024;

    private final ActorSystem<?> system;
    private final HostCheck hosts;
    private final Function<org.apache.pekko.http.javadsl.model.HttpRequest, CompletionStage<HttpResponse>> pages;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private @Nullable ChannelHandlerContext ctx;
    private @Nullable HttpRequest request;
    private @Nullable ScheduledFuture<?> deadline;
    private int bodyBytes;
    private boolean answering;
    private boolean leaving;

    PageConnection(
            ActorSystem<?> system,
            HostCheck hosts,
            Function<org.apache.pekko.http.javadsl.model.HttpRequest, CompletionStage<HttpResponse>> pages) {
        this.system = system;
        this.hosts = hosts;
        this.pages = pages;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        ctx = context;
        expectWithin(REQUEST_MILLIS);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        nothingExpected();
        context.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        // A connection that broke, or a request that the codec could not make sense of.
        context.close();
    }

    /** Ends when nothing is being answered. */
    void leave() {
        leaving = true;
        if (!answering) {
            context().close();
        }
    }

    private ChannelHandlerContext context() {
        return Objects.requireNonNull(ctx);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, HttpObject part) {
        if (answering) {
            // Its connection is being closed, or it pipelines: what was decoded in one piece with the request before.
            context.close();
            return;
        }
        DecoderResult decoded = part.decoderResult();
        if (decoded.isFailure()) {
            refuse(statusOf(decoded.cause()), "not a request that is understood here");
            return;
        }
        if (part instanceof HttpRequest head) {
            request = head;
            body.reset();
            bodyBytes = 0;
            expectWithin(REQUEST_MILLIS);
            if (HttpUtil.is100ContinueExpected(head)) {
                context.writeAndFlush(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
            }
        }
        if (part instanceof HttpContent content) {
            take(content.content());
            HttpRequest whole = request;
            if (part instanceof LastHttpContent && whole != null && !answering) {
                request = null;
                serve(whole);
            }
        }
    }

    private void take(ByteBuf bytes) {
        bodyBytes += bytes.readableBytes();
        if (bodyBytes > MOST_BODY_BYTES) {
            context().close();
        } else if (bodyBytes <= BODY_BYTES) {
            byte[] piece = new byte[bytes.readableBytes()];
            bytes.readBytes(piece);
            body.writeBytes(piece);
        }
    }

    private void serve(HttpRequest whole) {
        List<String> named = whole.headers().getAll(HttpHeaderNames.HOST);
        String origin = whole.headers().get(HttpHeaderNames.ORIGIN);
        // HTTP/1.0 knows no Host (RFC 9112, section 3.2 asks for one since 1.1), and simple checkers send none.
        boolean mayLackHost = whole.protocolVersion().compareTo(HttpVersion.HTTP_1_1) < 0;
        if (named.size() > 1 || (named.isEmpty() && !mayLackHost)) {
            refuse(HttpResponseStatus.BAD_REQUEST, "exactly one Host is needed");
        } else if (!named.isEmpty() && !hosts.allowsHost(named.get(0))) {
            refuse(
                    HttpResponseStatus.MISDIRECTED_REQUEST,
                    "no such host here; trunkline.member.admin-hosts (TRUNKLINE_ADMIN_HOSTS) allows more");
        } else if (origin != null && !hosts.allowsOrigin(origin)) {
            refuse(HttpResponseStatus.FORBIDDEN, "not for pages of other origins");
        } else {
            ask(whole);
        }
    }

    private void ask(HttpRequest whole) {
        org.apache.pekko.http.javadsl.model.HttpRequest asked;
        try {
            asked = PageMessages.request(whole, body.toByteArray());
        } catch (RuntimeException e) {
            refuse(HttpResponseStatus.BAD_REQUEST, "not a request that is understood here");
            return;
        }
        answering = true;
        context().channel().config().setAutoRead(false);
        nothingExpected();
        CompletionStage<HttpResponse> answer;
        try {
            answer = pages.apply(asked);
        } catch (RuntimeException e) {
            answer = CompletableFuture.failedFuture(e);
        }
        boolean keep = HttpUtil.isKeepAlive(whole);
        answer.thenCompose(page -> strict(page).thenApply(entity -> PageMessages.response(page, entity)))
                .toCompletableFuture()
                .orTimeout(ANSWER_MILLIS, TimeUnit.MILLISECONDS)
                .exceptionally(failure -> text(HttpResponseStatus.SERVICE_UNAVAILABLE, "not available, try again"))
                .thenAccept(page -> onLoop(() -> write(page, keep)));
    }

    private CompletionStage<HttpEntity.Strict> strict(HttpResponse page) {
        return page.entity() instanceof HttpEntity.Strict known
                ? CompletableFuture.completedFuture(known)
                : page.entity().toStrict(ANSWER_MILLIS, system);
    }

    private void onLoop(Runnable task) {
        if (context().executor().inEventLoop()) {
            task.run();
        } else {
            context().executor().execute(task);
        }
    }

    private void refuse(HttpResponseStatus status, String why) {
        answering = true;
        write(text(status, why), false);
    }

    private static FullHttpResponse text(HttpResponseStatus status, String why) {
        FullHttpResponse answer = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, status, Unpooled.copiedBuffer(why + "\n", StandardCharsets.UTF_8));
        answer.headers().set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=UTF-8");
        return answer;
    }

    private void write(FullHttpResponse answer, boolean keep) {
        boolean stays = keep && !leaving;
        answer.headers().set(HttpHeaderNames.CONTENT_LENGTH, answer.content().readableBytes());
        answer.headers()
                .set(
                        HttpHeaderNames.DATE,
                        DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC)));
        answer.headers().set(HttpHeaderNames.CONNECTION, stays ? "keep-alive" : "close");
        expectWithin(WRITE_MILLIS);
        context().writeAndFlush(answer).addListener((ChannelFutureListener) written -> {
            if (!written.isSuccess() || !stays || leaving) {
                context().close();
                return;
            }
            answering = false;
            expectWithin(IDLE_MILLIS);
            written.channel().config().setAutoRead(true);
        });
    }

    private static HttpResponseStatus statusOf(Throwable cause) {
        return cause instanceof TooLongHttpLineException
                ? HttpResponseStatus.REQUEST_URI_TOO_LONG
                : cause instanceof TooLongHttpHeaderException
                        ? HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
                        : HttpResponseStatus.BAD_REQUEST;
    }

    private void expectWithin(long millis) {
        nothingExpected();
        deadline = context()
                .executor()
                .schedule(
                        () -> {
                            context().close();
                        },
                        millis,
                        TimeUnit.MILLISECONDS);
    }

    private void nothingExpected() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }
}

package io.trunkline.balancer.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;

/**
 * Brings the target of a request into one form before anything looks at it: a path and a query, the path without
 * escapes that it does not need (RFC 9112, section 3.2; RFC 3986, section 6.2.2.2). What is no such target stays as it
 * is.
 */
final class RequestTarget {
    private RequestTarget() {}

    /** Changes the request: its target and, when the target names a host, its {@code Host}. */
    static void settle(HttpRequest request) {
        String target = request.uri();
        int authority = target.startsWith("/") ? 0 : authorityOf(target);
        if (authority > 0) {
            int end = endOfAuthority(target, authority);
            host(request, target.substring(authority, end));
            target = target.substring(end);
            if (!target.startsWith("/")) {
                boolean server =
                        target.isEmpty() && "OPTIONS".equals(request.method().name());
                target = server ? "*" : "/" + target;
            }
            request.setUri(target);
        }
        if (target.indexOf('%') >= 0) {
            request.setUri(withoutNeedlessEscapes(target));
        }
    }

    /** Where the authority begins of a target that is a whole URI; 0 when it is none. */
    private static int authorityOf(String target) {
        if (target.regionMatches(true, 0, "http://", 0, 7)) {
            return 7;
        }
        return target.regionMatches(true, 0, "https://", 0, 8) ? 8 : 0;
    }

    private static int endOfAuthority(String target, int from) {
        for (int i = from; i < target.length(); i++) {
            char c = target.charAt(i);
            if (c == '/' || c == '?') {
                return i;
            }
        }
        return target.length();
    }

    /** The target's host counts, whatever Host says; but one Host there has to be, except in HTTP/1.0. */
    private static void host(HttpRequest request, String authority) {
        HttpHeaders headers = request.headers();
        int hosts = headers.getAll(HttpHeaderNames.HOST).size();
        if (hosts == 1 || (hosts == 0 && request.protocolVersion().equals(HttpVersion.HTTP_1_0))) {
            headers.set(HttpHeaderNames.HOST, authority);
        }
    }

    private static String withoutNeedlessEscapes(String target) {
        int query = target.indexOf('?');
        int end = query < 0 ? target.length() : query;
        StringBuilder settled = new StringBuilder(target.length());
        int at = 0;
        while (at < end) {
            int c = target.charAt(at) == '%' ? unescaped(target, at, end) : -1;
            settled.append(c < 0 ? target.charAt(at) : (char) c);
            at += c < 0 ? 1 : 3;
        }
        return settled.append(target, end, target.length()).toString();
    }

    /** The character that an escape stands for, if it could stand there itself in any part of a path; otherwise -1. */
    private static int unescaped(String target, int at, int end) {
        if (at + 2 >= end) {
            return -1;
        }
        int high = Character.digit(target.charAt(at + 1), 16);
        int low = Character.digit(target.charAt(at + 2), 16);
        int c = high < 0 || low < 0 ? -1 : high << 4 | low;
        boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        return letter || c == '-' || c == '.' || c == '_' || c == '~' ? c : -1;
    }

    /** The first value of a parameter in the query of a target, as it is written there; empty when there is none. */
    static String parameter(String target, String name) {
        int at = target.indexOf('?') + 1;
        while (at > 0 && at < target.length()) {
            int ampersand = target.indexOf('&', at);
            int end = ampersand < 0 ? target.length() : ampersand;
            if (target.startsWith(name + "=", at)) {
                return target.substring(at + name.length() + 1, end);
            }
            at = end + 1;
        }
        return "";
    }
}

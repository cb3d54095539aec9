package io.trunkline.protocol.uri;

/** Segments of a path that stand for the place of others (RFC 3986, section 5.2.4). */
final class DotSegments {
    private DotSegments() {}

    /** The path, which begins with a slash, without them. */
    static String removed(String path) {
        if (!path.contains("/.")) {
            return path;
        }
        StringBuilder walked = new StringBuilder(path.length());
        int from = 0;
        while (from < path.length()) {
            int slash = path.indexOf('/', from + 1);
            int end = slash < 0 ? path.length() : slash;
            String segment = path.substring(from, end);
            boolean up = segment.equals("/..");
            if (up) {
                walked.setLength(Math.max(0, walked.lastIndexOf("/")));
            }
            if (!up && !segment.equals("/.")) {
                walked.append(segment);
            } else if (slash < 0) {
                walked.append('/');
            }
            from = end;
        }
        return walked.toString();
    }
}

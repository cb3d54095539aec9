package io.trunkline.balancer.admin;

import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Orders names by their text and then by the number at their end: {@code node-2} before {@code node-10}. */
final class NaturalOrder implements Comparator<String> {

    private static final Pattern NUMBERED = Pattern.compile("(.*?)(\\d{1,18})");

    @Override
    public int compare(String a, String b) {
        Matcher first = NUMBERED.matcher(a);
        Matcher second = NUMBERED.matcher(b);
        if (first.matches() && second.matches() && first.group(1).equals(second.group(1))) {
            int byNumber = Long.compare(Long.parseLong(first.group(2)), Long.parseLong(second.group(2)));
            return byNumber != 0 ? byNumber : a.compareTo(b);
        }
        return a.compareTo(b);
    }
}

package io.trunkline.node.pattern;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A regular expression of ECMA-262 in Unicode mode, compiled once. Immutable.
 *
 * <p>The JDK's engine runs a {@linkplain EcmaTranslation translation}. What Unicode mode forbids only to leave room for
 * future syntax is read as browsers do without that mode, because schemas in use rely on it: {@code \-} and other
 * escaped punctuation, a single <code>{</code>, <code>}</code> or {@code ]}, and {@code [\w-.]}.
 *
 * <p>Differs from the standard where the JDK cannot follow: a lookbehind of repeated groups needs a greatest length,
 * {@code Script_Extensions} means {@code Script}, a group keeps its text from one repetition to the next, and
 * properties are those that the JDK knows.
 */
public final class EcmaPattern {

    private final Pattern compiled;

    private EcmaPattern(Pattern compiled) {
        this.compiled = compiled;
    }

    /**
     * Compiles a pattern.
     *
     * @throws IllegalArgumentException when it is not one, or needs what the JDK does not have; the text names the
     *     pattern
     */
    public static EcmaPattern compile(String source) {
        try {
            return new EcmaPattern(Pattern.compile(new EcmaTranslation(source).translate()));
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("pattern " + source + ": " + e.getDescription(), e);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("pattern " + source + ": " + e.getMessage(), e);
        } catch (StackOverflowError e) {
            throw new IllegalArgumentException("pattern " + source.length() + " characters long: nested too deep", e);
        }
    }

    /**
     * Whether some part of the text fits, as JSON Schema wants it.
     *
     * @param work what may still be done
     * @throws PatternWork.ExceededException when the pattern reads more than that, or recurses too deep
     */
    public boolean find(String text, PatternWork work) {
        try {
            return compiled.matcher(work.counted(text)).find();
        } catch (StackOverflowError e) {
            // Alternatives in a repetition recurse, once for each character of a text that a client chooses.
            throw new PatternWork.ExceededException();
        }
    }
}

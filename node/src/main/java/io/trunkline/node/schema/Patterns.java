package io.trunkline.node.schema;

import com.networknt.schema.regex.RegularExpression;
import com.networknt.schema.regex.RegularExpressionFactory;
import io.trunkline.node.pattern.EcmaPattern;
import io.trunkline.node.pattern.PatternWork;

/** Gives the validator the patterns of ECMA-262. All that a thread tries for one value share one bound. Thread-safe. */
final class Patterns implements RegularExpressionFactory {

    private static final ThreadLocal<PatternWork> WORK = ThreadLocal.withInitial(PatternWork::new);

    /** The patterns that this thread tries from now on are those of one value. */
    static void begin() {
        WORK.get().begin();
    }

    @Override
    public RegularExpression getRegularExpression(String regex) {
        EcmaPattern pattern = EcmaPattern.compile(regex);
        return text -> pattern.find(text, WORK.get());
    }
}

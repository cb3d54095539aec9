package io.trunkline.node.pattern;

import java.lang.Character.UnicodeScript;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Unicode properties by the names that ECMA-262 gives them (tables 67 to 71): general categories, scripts, and those of
 * the others that the JDK knows or that follow from what it knows.
 */
final class EcmaProperties {

    private static final String[] CATEGORIES = {
        "L Letter",
        "LC Cased_Letter",
        "Lu Uppercase_Letter",
        "Ll Lowercase_Letter",
        "Lt Titlecase_Letter",
        "Lm Modifier_Letter",
        "Lo Other_Letter",
        "M Mark Combining_Mark",
        "Mn Nonspacing_Mark",
        "Mc Spacing_Mark",
        "Me Enclosing_Mark",
        "N Number",
        "Nd Decimal_Number digit",
        "Nl Letter_Number",
        "No Other_Number",
        "P Punctuation punct",
        "Pc Connector_Punctuation",
        "Pd Dash_Punctuation",
        "Ps Open_Punctuation",
        "Pe Close_Punctuation",
        "Pi Initial_Punctuation",
        "Pf Final_Punctuation",
        "Po Other_Punctuation",
        "S Symbol",
        "Sm Math_Symbol",
        "Sc Currency_Symbol",
        "Sk Modifier_Symbol",
        "So Other_Symbol",
        "Z Separator",
        "Zs Space_Separator",
        "Zl Line_Separator",
        "Zp Paragraph_Separator",
        "C Other",
        "Cc Control cntrl",
        "Cf Format",
        "Cs Surrogate",
        "Co Private_Use",
        "Cn Unassigned"
    };

    private static final String[] BINARY = {
        "Alphabetic Alpha",
        "Ideographic Ideo",
        "Lowercase Lower",
        "Uppercase Upper",
        "White_Space space",
        "Join_Control Join_C",
        "Noncharacter_Code_Point NChar",
        "Emoji",
        "Emoji_Presentation EPres",
        "Emoji_Modifier EMod",
        "Emoji_Modifier_Base EBase",
        "Emoji_Component EComp",
        "Extended_Pictographic ExtPict"
    };

    private static final String HEX_DIGIT = "0-9A-Fa-f\\x{FF10}-\\x{FF19}\\x{FF21}-\\x{FF26}\\x{FF41}-\\x{FF46}";
    private static final String ID_CONTINUE = "[\\p{javaUnicodeIdentifierPart}&&[^\\p{javaIdentifierIgnorable}]]";

    private static final Map<String, String> CATEGORY = new HashMap<>();
    private static final Map<String, String> OTHERS = new HashMap<>();

    static {
        for (String names : CATEGORIES) {
            String own = names.substring(0, names.indexOf(' '));
            for (String name : names.split(" ", -1)) {
                CATEGORY.put(name, "\\p{" + own + "}");
            }
        }
        for (String names : BINARY) {
            String own = names.split(" ", -1)[0];
            for (String name : names.split(" ", -1)) {
                OTHERS.put(name, "\\p{Is" + own + "}");
            }
        }
        OTHERS.put("Any", EcmaClasses.ANY);
        OTHERS.put("Assigned", "\\P{Cn}");
        OTHERS.put("ASCII", "\\x{0}-\\x{7F}");
        OTHERS.put("ASCII_Hex_Digit", "0-9A-Fa-f");
        OTHERS.put("AHex", "0-9A-Fa-f");
        OTHERS.put("Hex_Digit", HEX_DIGIT);
        OTHERS.put("Hex", HEX_DIGIT);
        OTHERS.put("Regional_Indicator", "\\x{1F1E6}-\\x{1F1FF}");
        OTHERS.put("RI", "\\x{1F1E6}-\\x{1F1FF}");
        OTHERS.put("ID_Start", "\\p{javaUnicodeIdentifierStart}");
        OTHERS.put("IDS", "\\p{javaUnicodeIdentifierStart}");
        OTHERS.put("ID_Continue", ID_CONTINUE);
        OTHERS.put("IDC", ID_CONTINUE);
    }

    private EcmaProperties() {}

    /**
     * The members of a property, for a class of the JDK.
     *
     * @param text what stands in the braces
     * @throws IllegalArgumentException when there is no such property, or the JDK does not know it
     */
    static String members(String text) {
        int equals = text.indexOf('=');
        String members = equals < 0 ? named(text) : valued(text.substring(0, equals), text.substring(equals + 1));
        if (members == null) {
            throw new IllegalArgumentException("\\p{" + text + "} is no property that is known here");
        }
        try {
            Pattern.compile("[" + members + "]");
            return members;
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    "\\p{" + text + "} is not known to Java "
                            + Runtime.version().feature(),
                    e);
        }
    }

    private static @Nullable String named(String name) {
        String category = CATEGORY.get(name);
        return category == null ? OTHERS.get(name) : category;
    }

    private static @Nullable String valued(String property, String value) {
        return switch (property) {
            case "General_Category", "gc" -> CATEGORY.get(value);
            case "Script", "sc", "Script_Extensions", "scx" -> script(value);
            default -> null;
        };
    }

    private static @Nullable String script(String name) {
        try {
            return "\\p{script=" + UnicodeScript.forName(name).name() + "}";
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}

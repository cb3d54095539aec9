package io.trunkline.protocol.jsonrpc;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.SecureRandom;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The names that the objects around a place in a text have so far, to find one that comes twice. Of each name only a
 * number is kept, so that very many of them make a few large arrays and no objects: what is kept while a garbage
 * collector runs is what its pause is made of.
 */
final class MemberNames {
    /** Up to so many names of an object are compared one by one. */
    private static final int FEW = 16;

    /** A prime, and a secret multiplier below it: nobody can choose names that share a hash. */
    private static final long PRIME = (1L << 61) - 1;

    private static final long KEY = new SecureRandom().nextLong() & PRIME;
    private static final int PIECE = 7;

    private final byte[] text;
    /** For each nested value where its names begin below; of those with many names nothing is there. */
    private int[] begins = new int[8];

    /** The hash of each name, and where it lies in the text. */
    private long[] few = new long[FEW];

    private int size;
    /** For each nested value, null or all its names, in a table that is never more than half full. */
    private long[] @Nullable [] many = new long[8][];

    private int[] counts = new int[8];

    MemberNames(byte[] text) {
        this.text = text;
    }

    /** An object begins. */
    void begin(int depth) {
        if (depth >= begins.length) {
            begins = Arrays.copyOf(begins, 2 * depth);
            many = Arrays.copyOf(many, 2 * depth);
            counts = Arrays.copyOf(counts, 2 * depth);
        }
        begins[depth] = size;
    }

    /** It ends. */
    void end(int depth) {
        size = begins[depth];
        many[depth] = null;
    }

    /**
     * Adds a name to the innermost object, unless it has it.
     *
     * @param from its first quotation mark
     * @param to its second one
     */
    boolean add(int depth, int from, int to, boolean escaped) {
        byte[] plain = escaped ? JsonString.plain(text, from + 1, to).getBytes(UTF_8) : text;
        int hash = escaped ? hash(plain, 0, plain.length) : hash(text, from + 1, to);
        long added = ((long) hash << 32) | from;
        long[] table = many[depth];
        if (table == null) {
            for (int i = begins[depth]; i < size; i++) {
                if (same(few[i], added)) {
                    return false;
                }
            }
            if (size - begins[depth] < FEW) {
                push(added);
                return true;
            }
            table = table(Arrays.copyOfRange(few, begins[depth], size), 4 * FEW);
            counts[depth] = FEW;
            size = begins[depth];
        } else if (2 * counts[depth] >= table.length) {
            table = table(table, 2 * table.length);
        }
        many[depth] = table;
        counts[depth]++;
        return put(table, added);
    }

    private void push(long name) {
        if (size == few.length) {
            few = Arrays.copyOf(few, 2 * size);
        }
        few[size++] = name;
    }

    private static long[] table(long[] names, int length) {
        long[] table = new long[length];
        for (long name : names) {
            if (name != 0) {
                int i = (int) (name >>> 32) & (length - 1);
                while (table[i] != 0) {
                    i = (i + 1) & (length - 1);
                }
                table[i] = name;
            }
        }
        return table;
    }

    private boolean put(long[] table, long name) {
        int i = (int) (name >>> 32) & (table.length - 1);
        while (table[i] != 0) {
            if (same(table[i], name)) {
                return false;
            }
            i = (i + 1) & (table.length - 1);
        }
        table[i] = name;
        return true;
    }

    private boolean same(long one, long other) {
        return (one >>> 32) == (other >>> 32) && JsonString.same(text, (int) one, (int) other);
    }

    /** A polynomial in the key, modulo the prime. */
    private static int hash(byte[] name, int from, int to) {
        long hash = to - from + 1L;
        for (int i = from; i < to; i += PIECE) {
            long piece = 0;
            int next = Math.min(to, i + PIECE);
            for (int j = i; j < next; j++) {
                piece = (piece << 8) | (name[j] & 0xff);
            }
            hash = times(hash + piece, KEY);
        }
        return (int) (hash ^ (hash >>> 32));
    }

    private static long times(long a, long b) {
        long low = a * b;
        long sum = (low & PRIME) + ((Math.multiplyHigh(a, b) << 3) | (low >>> 61));
        return (sum & PRIME) + (sum >>> 61);
    }
}

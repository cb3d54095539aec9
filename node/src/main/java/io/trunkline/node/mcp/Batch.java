package io.trunkline.node.mcp;

import io.trunkline.node.mcp.call.Outcome;
import java.util.ArrayList;
import java.util.List;

/**
 * The end of a message that is an array: when its last member has ended, all answers go out as one array.
 *
 * <p>The order of the answers is that of their ends, which JSON-RPC 2.0, section 6, leaves open. Without any answer the
 * whole message has none.
 */
final class Batch implements Outcome {

    private final Outcome whole;
    private final List<byte[]> answers = new ArrayList<>();
    private int open;
    private int room;

    /**
     * @param whole the end of the array
     * @param members how many members will end
     * @param maxBytes of all answers together; those that would exceed it are replaced by errors
     */
    Batch(Outcome whole, int members, int maxBytes) {
        this.whole = whole;
        this.open = members;
        this.room = maxBytes;
    }

    @Override
    public int number() {
        return whole.number();
    }

    @Override
    public boolean afterLoss() {
        return whole.afterLoss();
    }

    @Override
    public boolean hasRoom(int bytes) {
        return bytes <= room && whole.hasRoom(bytes);
    }

    @Override
    public void answer(byte[] message) {
        answers.add(message);
        room -= message.length;
        none();
    }

    @Override
    public void none() {
        open--;
        if (open > 0) {
            return;
        }
        if (answers.isEmpty()) {
            whole.none();
        } else {
            whole.answer(array());
        }
    }

    private byte[] array() {
        int length = 1 + answers.size();
        for (byte[] answer : answers) {
            length += answer.length;
        }
        byte[] array = new byte[length];
        int at = 0;
        for (byte[] answer : answers) {
            array[at] = (byte) (at == 0 ? '[' : ',');
            System.arraycopy(answer, 0, array, at + 1, answer.length);
            at += 1 + answer.length;
        }
        array[at] = ']';
        return array;
    }
}

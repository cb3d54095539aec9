package io.trunkline.node.mcp.methods;

import io.trunkline.node.mcp.call.Request;
import io.trunkline.node.mcp.wire.ResultFields;

/**
 * Answers with results that are the same for every client.
 *
 * @param fields what results have without a session
 */
record Lists(ResultFields fields) {

    void answer(Request request, byte[] result) {
        request.answerResult(request.stateless() ? fields.list(result) : result);
    }
}

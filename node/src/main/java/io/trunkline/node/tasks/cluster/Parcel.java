package io.trunkline.node.tasks.cluster;

import org.apache.pekko.stream.SourceRef;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * Bytes on their way to another node: in the message itself when they are few, otherwise as a stream, because a frame
 * of Artery has 256 KiB. To be opened once.
 *
 * @param content empty when there is a stream
 * @param stream null when there is none
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record Parcel(byte[] content, @Nullable SourceRef<ByteString> stream) {

    static final Parcel EMPTY = new Parcel(new byte[0], null);
}

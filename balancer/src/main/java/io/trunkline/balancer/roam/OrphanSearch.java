package io.trunkline.balancer.roam;

import io.trunkline.balancer.trunk.EdgeStream;
import io.trunkline.balancer.trunk.LoopTrunks;
import io.trunkline.protocol.frame.Bytes;
import io.trunkline.protocol.frame.Frame;

/**
 * A session that a node says nobody holds: taken over unless another balancer says that it does. Belongs to the event
 * loop of the trunk that it was offered on.
 */
final class OrphanSearch extends PeerSearch {
    private final SessionFinder finder;
    private final Frame.Orphan orphan;

    OrphanSearch(SessionFinder finder, LoopTrunks peers, Frame.Orphan orphan) {
        super(peers, orphan.session(), PeerEndpoint.HOLDS, Bytes.EMPTY);
        this.finder = finder;
        this.orphan = orphan;
    }

    @Override
    void held(EdgeStream by) {
        finder.searched();
        giveUp();
    }

    @Override
    void nobody() {
        finder.searched();
        finder.takeOver(orphan);
    }

    @Override
    void ended() {
        // It was held a moment ago; the node offers it again if it is not.
    }
}

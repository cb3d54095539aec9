package io.trunkline.load.crew;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.trunkline.load.plan.LoadPlan;

/** What a worker is told, in this order; {@link Cut} may come at any time. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Command.Ramp.class, name = "ramp"),
    @JsonSubTypes.Type(value = Command.Load.class, name = "load"),
    @JsonSubTypes.Type(value = Command.Cut.class, name = "cut"),
    @JsonSubTypes.Type(value = Command.Finish.class, name = "finish")
})
sealed interface Command {
    /** Open the connections of this share. */
    record Ramp(LoadPlan plan) implements Command {}

    /** Send. */
    record Load() implements Command {}

    /** Stop sending before the time is over. */
    record Cut() implements Command {}

    /** Close everything and tell the totals. */
    record Finish() implements Command {}
}

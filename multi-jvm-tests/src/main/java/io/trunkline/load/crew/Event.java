package io.trunkline.load.crew;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.trunkline.load.measure.Loaded;
import io.trunkline.load.measure.Ramped;
import io.trunkline.load.measure.Snapshot;

/** What a worker tells. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Event.Tick.class, name = "tick"),
    @JsonSubTypes.Type(value = Event.RampDone.class, name = "ramped"),
    @JsonSubTypes.Type(value = Event.LoadDone.class, name = "loaded"),
    @JsonSubTypes.Type(value = Event.Finished.class, name = "finished"),
    @JsonSubTypes.Type(value = Event.Failed.class, name = "failed")
})
sealed interface Event {
    /** Once per second. */
    record Tick(Snapshot snapshot) implements Event {}

    record RampDone(Ramped ramped) implements Event {}

    record LoadDone(Loaded loaded) implements Event {}

    /** The last one: everything is closed. */
    record Finished(Snapshot totals) implements Event {}

    /** The worker cannot go on. */
    record Failed(String reason) implements Event {}
}

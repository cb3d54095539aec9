package io.trunkline.balancer.auth;

/** What is thought of a request: it is somebody's, or it is refused. */
public sealed interface Verdict permits Grant, Denial {}

/**
 * A test harness that runs one JUnit class in several JVMs at once, one per role, on Pekko's multi-node testkit.
 *
 * <pre>
 *   launcher JVM (failsafe)                        node JVMs, one per role
 *   LauncherSide ── Launch ── starts ───────────▶  NodeJvm ── NodeSide ── the test methods, through MultiNode
 *        ▲                                            │
 *        └── LaunchReport ◀── NodeOutcome ◀── files ◀─┘  StepResults, logs, expected ends
 * </pre>
 *
 * Fed by JUnit, which finds {@link io.trunkline.multinode.MultiNodeTest}; hands on to the test methods in the node JVMs
 * and reports their results in the launcher JVM. Every file of a launch stays under {@code target/multi-node}. Start
 * reading at {@link io.trunkline.multinode.ClusterFormationIT}, then {@link io.trunkline.multinode.Launch}.
 */
@NullMarked
package io.trunkline.multinode;

import org.jspecify.annotations.NullMarked;

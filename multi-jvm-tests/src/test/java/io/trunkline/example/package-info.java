/**
 * Tests of the example project and of the page that is written about it: {@code docs/TOOLS.md}.
 *
 * <p>Start reading at {@link io.trunkline.example.ExampleScenario}.
 */
@NullMarked
package io.trunkline.example;

import org.jspecify.annotations.NullMarked;

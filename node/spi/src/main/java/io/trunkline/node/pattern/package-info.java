/**
 * Regular expressions of ECMA-262, which JSON Schema means by a pattern, on the JDK's engine and with a bound on their
 * work. Fed by schemas of tools and of forms; knows the JDK only. Start reading at {@link
 * io.trunkline.node.pattern.EcmaPattern}.
 */
@NullMarked
package io.trunkline.node.pattern;

import org.jspecify.annotations.NullMarked;

/**
 * Tests that the documents say what the code does. Start reading at {@link io.trunkline.documents.SettingsPageTest}.
 */
@org.jspecify.annotations.NullMarked
package io.trunkline.documents;

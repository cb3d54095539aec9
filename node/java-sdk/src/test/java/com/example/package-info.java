/** Modules that were written for the Java SDK; docs/TOOLS.md shows one of them. */
package com.example;

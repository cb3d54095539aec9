/** What docs/TOOLS.md shows of a module that was written for the Java SDK. */
package com.example;

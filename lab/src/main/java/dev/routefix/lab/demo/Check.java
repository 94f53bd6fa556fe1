package dev.routefix.lab.demo;

/** One line of the report: what was found before and after, and whether that is as it must be. */
record Check(String name, String before, String after, boolean ok) {}

package dev.routefix.dhcp.machine;

import java.util.LinkedHashMap;
import java.util.Map;

/** What was asked and what was heard, with how often, to be told if nothing comes of it. Servers cannot make it longer than a few sentences. */
final class Account {

    private static final int MOST = 6;

    private final Map<String, Integer> asked = new LinkedHashMap<>();
    private final Map<String, Integer> heard = new LinkedHashMap<>();

    void asked(String what) {
        count(asked, what);
    }

    void heard(String what) {
        count(heard, what);
    }

    boolean isSilence() {
        return heard.isEmpty();
    }

    private static void count(Map<String, Integer> counts, String what) {
        Integer before = counts.get(what);
        if (before != null || counts.size() < MOST) {
            counts.put(what, before == null ? 1 : before + 1);
        }
    }

    /** Such as {@code sent DISCOVER 7 times; heard nothing: is there a server ...}. */
    String text() {
        var text = new StringBuilder("sent ");
        append(text, asked);
        if (heard.isEmpty()) {
            text.append("; heard nothing: is there a DHCP server on this LAN, and has its range an address left?");
        } else {
            text.append("; heard: ");
            append(text, heard);
        }
        return text.toString();
    }

    private static void append(StringBuilder text, Map<String, Integer> counts) {
        int start = text.length();
        for (var count : counts.entrySet()) {
            text.append(text.length() == start ? "" : ", ").append(count.getKey());
            int times = count.getValue();
            text.append(times == 1 ? " once" : " " + times + " times");
        }
    }
}

package dev.routefix.installer.layout;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a TOML document (v1.0.0) says in strings and lists of strings, by their keys. All else, such as numbers, dates and arrays of tables, is passed
 * over: the container runtimes' files have it, and nothing of it is asked for here.
 */
final class Toml {

    /** A document is malformed; the message names the line. */
    static final class Malformed extends Exception {
        private static final long serialVersionUID = 1L;

        Malformed(String what, int line) {
            super("line " + line + ": " + what);
        }
    }

    /** Nobody writes deeper ones, and reading them must not take more stack than there is. */
    private static final int MOST_LEVELS = 32;

    private static final char END = '\0';

    private final String text;
    private final Map<List<String>, List<String>> values = new HashMap<>();
    private int at;
    private int levels;

    private Toml(String text) {
        this.text = text;
    }

    static Toml parse(String text) throws Malformed {
        var toml = new Toml(text);
        toml.document();
        return toml;
    }

    /** The string, or the strings of the list, of that key; empty if there is none. */
    List<String> strings(String... key) {
        return values.getOrDefault(List.of(key), List.of());
    }

    private void document() throws Malformed {
        List<String> table = List.of();
        for (blank(); at < text.length(); blank()) {
            if (next('[')) {
                boolean oneOfMany = next('[');
                spaces();
                table = key(List.of());
                if (oneOfMany) {
                    // no key of ours is in one of these, and none may be taken for one
                    table = joined(table, List.of("[]"));
                    expect(']');
                }
                expect(']');
            } else {
                assignment(table);
            }
            spaces();
            comment();
            if (at < text.length() && !newline()) {
                throw malformed("the line goes on where it should end");
            }
        }
    }

    private void assignment(List<String> table) throws Malformed {
        var key = key(table);
        expect('=');
        spaces();
        value(key);
    }

    private List<String> key(List<String> table) throws Malformed {
        var key = new ArrayList<>(table);
        do {
            spaces();
            key.add(
                    switch (peek()) {
                        case '"' -> basic(false);
                        case '\'' -> literal(false);
                        default -> bareKey();
                    });
            spaces();
        } while (next('.'));
        return List.copyOf(key);
    }

    private String bareKey() throws Malformed {
        int start = at;
        while (isBare(peek())) {
            at++;
        }
        if (start == at) {
            throw malformed("a key is missing");
        }
        return text.substring(start, at);
    }

    private static boolean isBare(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    }

    /** Reads a value and keeps what of it is text. */
    private void value(List<String> key) throws Malformed {
        levels++;
        if (levels > MOST_LEVELS) {
            throw malformed("values lie too deep in each other");
        }
        switch (peek()) {
            case '"', '\'' -> values.put(key, List.of(string()));
            case '[' -> values.put(key, array(key));
            case '{' -> inlineTable(key);
            default -> other();
        }
        levels--;
    }

    private List<String> array(List<String> key) throws Malformed {
        expect('[');
        var strings = new ArrayList<String>();
        for (blank(); !next(']'); blank()) {
            if (peek() == '"' || peek() == '\'') {
                strings.add(string());
            } else {
                value(joined(key, List.of("[]")));
            }
            blank();
            if (!next(',') && peek() != ']') {
                throw malformed("an array is not closed");
            }
        }
        return List.copyOf(strings);
    }

    private void inlineTable(List<String> key) throws Malformed {
        expect('{');
        for (spaces(); !next('}'); spaces()) {
            assignment(key);
            spaces();
            if (!next(',') && peek() != '}') {
                throw malformed("an inline table is not closed");
            }
        }
    }

    /** A number, a date, a boolean. */
    private void other() throws Malformed {
        int start = at;
        while (at < text.length() && ",]}#\n".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        if (text.substring(start, at).isBlank()) {
            throw malformed("a value is missing");
        }
    }

    private String string() throws Malformed {
        boolean basic = peek() == '"';
        boolean several = text.startsWith(basic ? "\"\"\"" : "'''", at);
        return basic ? basic(several) : literal(several);
    }

    private String literal(boolean several) throws Malformed {
        at += several ? 3 : 1;
        int end = text.indexOf(several ? "'''" : "'", at);
        int line = text.indexOf('\n', at);
        if (end < 0 || (!several && line >= 0 && line < end)) {
            throw malformed("a string is not closed");
        }
        while (several && text.startsWith("'", end + 3)) {
            end++;
        }
        var content = text.substring(at, end);
        at = end + (several ? 3 : 1);
        return several ? withoutFirstNewline(content) : content;
    }

    private static String withoutFirstNewline(String content) {
        return content.startsWith("\r\n")
                ? content.substring(2)
                : content.startsWith("\n") ? content.substring(1) : content;
    }

    private String basic(boolean several) throws Malformed {
        at += several ? 3 : 1;
        var content = new StringBuilder();
        while (true) {
            char c = peek();
            if (at >= text.length() || (c == '\n' && !several)) {
                throw malformed("a string is not closed");
            }
            if (c == '"' && (!several || (text.startsWith("\"\"\"", at) && !text.startsWith("\"\"\"\"", at)))) {
                at += several ? 3 : 1;
                return several ? withoutFirstNewline(content.toString()) : content.toString();
            }
            at++;
            if (c == '\\') {
                escape(content, several);
            } else {
                content.append(c);
            }
        }
    }

    private void escape(StringBuilder content, boolean several) throws Malformed {
        char c = peek();
        at++;
        switch (c) {
            case 'b' -> content.append('\b');
            case 't' -> content.append('\t');
            case 'n' -> content.append('\n');
            case 'f' -> content.append('\f');
            case 'r' -> content.append('\r');
            case '"', '\\' -> content.append(c);
            case 'u' -> content.appendCodePoint(hexadecimal(4));
            case 'U' -> content.appendCodePoint(hexadecimal(8));
            default -> {
                at--;
                if (!several || !Character.isWhitespace(c)) {
                    throw malformed("a string has an unknown escape");
                }
                while (Character.isWhitespace(peek())) {
                    at++;
                }
            }
        }
    }

    private int hexadecimal(int digits) throws Malformed {
        int code = 0;
        for (int i = 0; i < digits; i++) {
            int digit = Character.digit(peek(), 16);
            if (digit < 0 || code > Character.MAX_CODE_POINT >> 4) {
                throw malformed("a string has a character that does not exist");
            }
            code = code * 16 + digit;
            at++;
        }
        return code;
    }

    /** Passes over white space, comments and the ends of lines. */
    private void blank() {
        do {
            spaces();
            comment();
        } while (newline());
    }

    private void spaces() {
        while (peek() == ' ' || peek() == '\t') {
            at++;
        }
    }

    private void comment() {
        if (peek() == '#') {
            while (at < text.length() && text.charAt(at) != '\n') {
                at++;
            }
        }
    }

    private boolean newline() {
        if (text.startsWith("\r\n", at)) {
            at += 2;
            return true;
        }
        return next('\n');
    }

    private char peek() {
        return at < text.length() ? text.charAt(at) : END;
    }

    private boolean next(char c) {
        if (at < text.length() && text.charAt(at) == c) {
            at++;
            return true;
        }
        return false;
    }

    private void expect(char c) throws Malformed {
        if (!next(c)) {
            throw malformed("a '" + c + "' is missing");
        }
    }

    private Malformed malformed(String what) {
        int line = 1;
        for (int i = 0; i < at && i < text.length(); i++) {
            if (text.charAt(i) == '\n') {
                line++;
            }
        }
        return new Malformed(what, line);
    }

    private static List<String> joined(List<String> one, List<String> other) {
        var both = new ArrayList<>(one);
        both.addAll(other);
        return List.copyOf(both);
    }
}
